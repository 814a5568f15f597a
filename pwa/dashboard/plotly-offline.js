// Plotly's geo plots fetch a world map from its makers' server, and stay blank where they cannot,
// even if they draw only a map of their own. An empty world, there before Plotly starts, ends that.
{
  const nothing = { type: "GeometryCollection", geometries: [] };
  const layers = ["coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"];
  const objects = Object.fromEntries(layers.map((layer) => [layer, nothing]));
  window.PlotlyGeoAssets = { topojson: { world_110m: { type: "Topology", arcs: [], objects } } };
}
