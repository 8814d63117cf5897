// A photo for a question: drawn anew and smaller on this phone, so that place, time and device stay here.
import { FormError, concat } from "./bytes.js";

const SIDES = [1600, 1200, 800];
const QUALITIES = [0.85, 0.7, 0.5];
export const ID_BYTES = 16;
const LARGEST_FRAME = 15 * 1024;
const PART = LARGEST_FRAME - ID_BYTES - 4;

// {canvas, bytes} of at most `most` bytes; throws when the file is no photo or cannot be made small enough.
export async function shrunk(file, most) {
  const image = await loaded(file);
  for (const side of SIDES) {
    const canvas = drawn(image, side);
    for (const quality of QUALITIES) {
      const bytes = await jpegOf(canvas, quality);
      if (bytes.length <= most) return { canvas, bytes };
    }
  }
  throw new FormError("cannot be made small enough");
}

async function loaded(file) {
  const image = new Image();
  image.src = await dataUrlOf(file);
  try {
    await image.decode();
  } catch {
    throw new FormError("no photo");
  }
  return image;
}

// The page's policy allows pictures from itself and from data, and from nowhere else.
const dataUrlOf = (file) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(new FormError("cannot be read")));
    reader.readAsDataURL(file);
  });

function drawn(image, side) {
  const scale = Math.min(1, side / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function jpegOf(canvas, quality) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  if (blob === null) throw new FormError("cannot be written");
  return new Uint8Array(await blob.arrayBuffer());
}

// Upload id, number of the part from 0, how many there are, bytes: big-endian.
export function framesOf(id, bytes) {
  const count = Math.ceil(bytes.length / PART);
  return Array.from({ length: count }, (_, number) => {
    const head = Uint8Array.of(number >> 8, number & 255, count >> 8, count & 255);
    return concat(id, head, bytes.subarray(number * PART, (number + 1) * PART));
  });
}
