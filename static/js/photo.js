// A photo made smaller on the device, before it waits or travels. Without other imports: the round uses it too.

const LONGEST = 1600;
const MOST = 400000;
const TRIES = [[1, 0.8], [1, 0.65], [0.75, 0.65], [0.5, 0.6]];

/** A JPEG of at most 1600 px and 400 kB, upright, without place and device; the file itself where that cannot be. */
export async function shrink(file) {
  try {
    return await smaller(file) ?? file;
  } catch {
    return file;
  }
}

async function smaller(file) {
  const image = await decoded(file);
  try {
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
    let made;
    for (const [by, quality] of TRIES) {
      made = await drawn(image, scale * by, quality);
      if (made && made.size <= MOST) return made;
    }
    return made && made.size < file.size ? made : null;
  } finally {
    image.close?.();
  }
}

/** Safari of before 2023 turns pictures only in an <img>. */
async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    const image = new Image();
    image.src = URL.createObjectURL(file);
    try {
      await image.decode();
      return image;
    } finally {
      URL.revokeObjectURL(image.src);
    }
  }
}

function drawn(image, scale, quality) {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', quality); });
}
