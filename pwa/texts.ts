// Every sentence a screen says. The build makes two of this: the app with what is Turkish, and a file
// beside it with what is English, which is fetched (or taken from the worker's list) when it is asked for.
import controls from "messages/controls.json";
import correction from "messages/correction.json";
import home from "messages/home.json";
import interview from "messages/interview.json";
import tablet from "messages/tablet.json";

/** One file for each room of the tablet; a key stands in one of them only. */
export const TEXTS = { ...tablet, ...home, ...interview, ...controls, ...correction };
