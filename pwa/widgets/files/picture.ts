// Pictures made anew: smaller, and without what a camera writes into them (place, device, time).
import { NotTaken, type NewFile } from "./files.ts";

const QUALITY = 0.82;

/** The picture as a JPEG whose longer side has at most `side` pixels. */
export async function redrawn(file: Blob, side: number): Promise<NewFile> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const shrink = Math.min(1, side / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * shrink));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * shrink));
    paperOf(canvas).drawImage(image, 0, 0, canvas.width, canvas.height);
    return await fileOf(canvas, "image/jpeg", "jpg");
  } catch {
    throw new NotTaken("photo_unreadable");
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A canvas to draw on, white as paper. */
export function paperOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d")!;
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  return context;
}

export async function fileOf(canvas: HTMLCanvasElement, media_type: string, extension: string): Promise<NewFile> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, media_type, QUALITY));
  if (!blob) throw new NotTaken("photo_unreadable");
  return { bytes: new Uint8Array(await blob.arrayBuffer()), media_type, extension };
}
