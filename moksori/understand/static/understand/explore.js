/* What a circle says while it is looked at, and charts as PNG; pages work without. */

const told = document.querySelector("[data-told-here]");
if (told) {
  const usual = told.textContent;
  const say = ({ target }) => {
    const link = target.closest?.(".map a[data-told]");
    told.textContent = link ? link.dataset.told : usual;
  };
  document.addEventListener("pointerover", say);
  document.addEventListener("focusin", say);
}

/* The browser draws the SVG on a canvas, twice as large, with its own fonts. */
async function picture(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * 2;
  canvas.height = image.naturalHeight * 2;
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#ffffff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

for (const button of document.querySelectorAll("[data-png]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await picture(button.dataset.png));
    link.download = button.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
}
