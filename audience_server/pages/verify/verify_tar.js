// The archive: ustar in its one canonical form. Faults that leave the rest readable are noted and passed over.
import { utf8Bytes, compareBytes } from "./verify_bytes.js";

const BLOCK = 512;
const PATH_FORM = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;

const latin = (bytes) => String.fromCharCode(...bytes).replace(/\0+$/, "");

const isZero = (bytes) => bytes.every((byte) => byte === 0);

// The one header that a path and a size may have; null when the path is too long for ustar.
function tarHeader(path, size) {
  let [name, prefix] = [utf8Bytes(path), utf8Bytes("")];
  const parts = path.split("/");
  for (let cut = 1; cut < parts.length && name.length > 100; cut += 1) {
    prefix = utf8Bytes(parts.slice(0, cut).join("/"));
    name = utf8Bytes(parts.slice(cut).join("/"));
  }
  if (name.length > 100 || prefix.length > 155) return null;
  const header = new Uint8Array(BLOCK);
  header.set(name, 0);
  const length = size.toString(8).padStart(11, "0");
  header.set(utf8Bytes(`0000644\0${"0000000\0".repeat(2)}${length}\0${"0".repeat(11)}\0`), 100);
  header.set(utf8Bytes("        0"), 148);
  header.set(utf8Bytes("ustar\x0000"), 257);
  header.set(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.set(utf8Bytes(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return header;
}

function sizeOf(block) {
  const digits = String.fromCharCode(...block.subarray(124, 136)).replace(/[\0 ]+$/, "");
  return /^[0-7]{1,11}$/.test(digits) ? parseInt(digits, 8) : null;
}

// {files: path -> bytes in their order, faults: [expected, found], isReadable}
export function readTar(data) {
  const tar = { files: new Map(), faults: [], isReadable: true };
  let place = 0;
  for (;;) {
    const block = data.subarray(place, place + BLOCK);
    if (block.length < BLOCK || isZero(block)) break;
    const size = sizeOf(block);
    if (size === null || place + BLOCK + size > data.length) {
      tar.faults.push(["a tar header and its file", `unreadable at byte ${place}`]);
      tar.isReadable = false;
      return tar;
    }
    const start = place + BLOCK;
    place = start + Math.ceil(size / BLOCK) * BLOCK;
    takeMember(tar, block, data.subarray(start, start + size), data.subarray(start + size, place));
  }
  const rest = data.length - place;
  if (rest !== 2 * BLOCK || !isZero(data.subarray(place))) {
    tar.faults.push(["two zero blocks at the end and nothing more", `${rest} bytes from ${place}`]);
  }
  return tar;
}

function takeMember(tar, block, body, padding) {
  const name = latin(block.subarray(0, 100));
  const prefix = latin(block.subarray(345, 500));
  const path = prefix ? `${prefix}/${name}` : name;
  const header = tarHeader(path, body.length);
  if (header === null || compareBytes(header, block) !== 0) tar.faults.push(["the canonical tar header", path]);
  if (padding.length !== (BLOCK - (body.length % BLOCK)) % BLOCK || !isZero(padding)) {
    tar.faults.push(["zeros after the file", path]);
  }
  if (!PATH_FORM.test(path) || path.split("/").some((part) => part === "." || part === "..")) {
    tar.faults.push(["a path of [A-Za-z0-9._/-]", path]);
  } else if (tar.files.has(path)) {
    tar.faults.push(["every file once", path]);
  } else {
    tar.files.set(path, body);
  }
}
