// Ink on paper: strokes smoothed through the middles between their points, or a name in a hand.
import { paperOf } from "./picture.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Give the canvas as many pixels as the screen shows of it, and white paper. */
export function prepare(canvas: HTMLCanvasElement): void {
  const { width, height } = canvas.getBoundingClientRect();
  const density = Math.min(devicePixelRatio || 1, 2);
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  paperOf(canvas);
}

export function drawStrokes(canvas: HTMLCanvasElement, strokes: readonly (readonly Point[])[]): void {
  const context = paperOf(canvas);
  const scale = canvas.width / canvas.getBoundingClientRect().width;
  const pen = { strokeStyle: inkOf(canvas), lineWidth: 2.5 * scale, lineCap: "round", lineJoin: "round" };
  Object.assign(context, pen);
  for (const stroke of strokes) {
    const points = stroke.map(({ x, y }) => ({ x: x * scale, y: y * scale }));
    const [first, ...rest] = points;
    if (!first) continue;
    context.beginPath();
    context.moveTo(first.x, first.y);
    for (const [index, point] of rest.entries()) {
      const after = rest[index + 1] ?? point;
      context.quadraticCurveTo(point.x, point.y, (point.x + after.x) / 2, (point.y + after.y) / 2);
    }
    // A tap without a move is a dot.
    if (rest.length === 0) context.lineTo(first.x + 0.1, first.y);
    context.stroke();
  }
}

export function drawName(canvas: HTMLCanvasElement, name: string): void {
  const context = paperOf(canvas);
  const { width, height } = canvas;
  context.fillStyle = inkOf(canvas);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `italic ${Math.round(height / 3)}px serif`;
  context.fillText(name, width / 2, height / 2, width * 0.92);
}

/** The style sheet knows the colour of ink, the same by day and by night. */
function inkOf(canvas: HTMLCanvasElement): string {
  return getComputedStyle(canvas).color;
}
