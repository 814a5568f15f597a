// Where we stand: the tablet's own location, with how exact it is. No map, no network.
import { useEffect, useRef, useState } from "preact/hooks";
import { place_good_metres, place_seconds } from "../../../schemas/reference/controls.json";
import { useWording, type TextKey } from "../../i18n.ts";
import { Icon } from "../icon.tsx";
import { Message } from "../message.tsx";
import type { ControlProps } from "./control.ts";

type Failure = "denied" | "unavailable" | "timeout" | "unsupported";

const FAILURES: Readonly<Record<number, Failure>> = { 1: "denied", 2: "unavailable", 3: "timeout" };

export function PlaceInput({ field, describedBy }: ControlProps) {
  const { say } = useWording();
  const wanted = Number(field.parameters["capture-accuracy"] ?? place_good_metres);
  const { isSearching, best, failure, search, stop } = useLocation(wanted, (position) => {
    field.set(spelled(position.coords));
  });
  const [latitude = "", longitude = "", , accuracy = ""] = field.value.split(" ");
  const take = say(field.value || failure ? "place_again" : "place_take");
  return (
    <div class="place stack stack--close">
      <div class="live" role="status">
        {isSearching && (
          <Message tone="waiting" icon="pin">
            <p>
              {best
                ? say("place_so_far", { metres: metres(best.coords.accuracy), wanted })
                : say("place_searching")}
            </p>
          </Message>
        )}
        {!isSearching && field.value && (
          <Message tone="good" icon="pin">
            <p>{say("place_got", { metres: metres(Number(accuracy)) })}</p>
            <p class="figures soft">
              {latitude}, {longitude}
            </p>
          </Message>
        )}
        {failure && !isSearching && (
          <p class="field__error">
            <Icon name="alert" />
            <span>{say(`place_${failure}` satisfies TextKey)}</span>
          </p>
        )}
      </div>
      <div class="row">
        {!isSearching && (
          <button type="button" class="button" aria-describedby={describedBy} onClick={search}>
            <Icon name="pin" />
            {take}
          </button>
        )}
        {isSearching && best && (
          <button
            type="button"
            class="button button--primary"
            onClick={() => {
              field.set(spelled(best.coords));
              stop();
            }}
          >
            <Icon name="check" />
            {say("place_use")}
          </button>
        )}
        {isSearching && (
          <button type="button" class="button" onClick={stop}>
            {say("place_stop")}
          </button>
        )}
        {!isSearching && field.value && (
          <button type="button" class="button button--danger" onClick={() => field.set("")}>
            <Icon name="trash" />
            {say("place_remove")}
          </button>
        )}
      </div>
    </div>
  );
}

/** Watch the location until it is good enough, somebody stops, or the time is over. */
function useLocation(wanted: number, found: (position: GeolocationPosition) => void) {
  const [isSearching, setSearching] = useState(false);
  const [best, setBest] = useState<GeolocationPosition | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const end = useRef(() => {});
  useEffect(() => () => end.current(), []);
  const stop = () => {
    end.current();
    setSearching(false);
  };
  const fail = (why: Failure) => {
    stop();
    setFailure(why);
  };
  const search = () => {
    if (!navigator.geolocation) return fail("unsupported");
    setFailure(null);
    setBest(null);
    setSearching(true);
    let exact = Number.POSITIVE_INFINITY;
    const see = (position: GeolocationPosition) => {
      if (position.coords.accuracy > exact) return;
      exact = position.coords.accuracy;
      setBest(position);
      if (exact > wanted) return;
      stop();
      found(position);
    };
    const miss = (error: GeolocationPositionError) => {
      // A place that is not exact enough is still better than none: keep offering it.
      if (exact === Number.POSITIVE_INFINITY || error.code === 1) fail(FAILURES[error.code] ?? "unavailable");
    };
    const watch = navigator.geolocation.watchPosition(see, miss, {
      enableHighAccuracy: true,
      maximumAge: 0,
      timeout: place_seconds * 1000,
    });
    end.current = () => navigator.geolocation.clearWatch(watch);
  };
  return { isSearching, best, failure, search, stop };
}

/** `latitude longitude altitude accuracy`, as ODK writes a geopoint. */
function spelled({ latitude, longitude, altitude, accuracy }: GeolocationCoordinates): string {
  return [latitude.toFixed(6), longitude.toFixed(6), (altitude ?? 0).toFixed(1), accuracy.toFixed(1)].join(" ");
}

function metres(accuracy: number): number {
  return Math.max(1, Math.round(accuracy));
}
