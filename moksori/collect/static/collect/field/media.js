/* Photos made small, without what they reveal beside the picture; recordings as they are. */
import { local } from "./dom.js";
import { hash, put } from "./store.js";

const SIDE = 2000, QUALITY = 0.8, LARGEST = 25_000_000;
export class Unusable extends Error {}

/** A photo drawn anew: at most 2,000 pixels, JPEG, no place and no device in it. */
export async function keepPhoto(file) {
  let picture;
  try { picture = await createImageBitmap(file, { imageOrientation: "from-image" }); }
  catch { throw new Unusable("photo_unusable"); }
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const drawn = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!drawn) throw new Unusable("photo_unusable");
  return keep(await drawn.arrayBuffer(), "image/jpeg", "jpg");
}

export async function keep(data, type, ending) {
  if (data.byteLength > LARGEST) throw new Unusable("file_too_large");
  const sha256 = await hash(data);
  await put("blobs", { id: sha256, data, type, sent: false });
  return { sha256, type, name: `${local().replace(/[:T]/g, "-")}-${sha256.slice(0, 4)}.${ending}`, caption: "", size: data.byteLength };
}

/** A recording; `stop()` of the answer keeps it. */
export async function record() {
  let stream;
  try { stream = await navigator.mediaDevices.getUserMedia({ audio: true }); }
  catch { throw new Unusable("microphone_refused"); }
  const type = ["audio/webm", "audio/mp4"].find((t) => MediaRecorder.isTypeSupported(t)) || "";
  const recorder = new MediaRecorder(stream, { ...(type ? { mimeType: type } : {}), audioBitsPerSecond: 32_000 });
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const ended = new Promise((resolve) => { recorder.onstop = resolve; });
  recorder.start(1000);
  return {
    async stop() {
      recorder.stop();
      await ended;
      for (const track of stream.getTracks()) track.stop();
      const kind = recorder.mimeType.split(";")[0] || "audio/webm";
      return keep(await new Blob(parts).arrayBuffer(), kind, kind.endsWith("mp4") ? "m4a" : "webm");
    },
  };
}
