/* What a circle says while it is looked at, and charts as PNG; pages work without. */

const told = document.querySelector("[data-told-here]");
if (told) {
  const tip = document.createElement("div");
  tip.className = "map-tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true"); // the links say the same by themselves
  document.body.append(tip);
  for (const title of document.querySelectorAll(".map a > title")) title.remove();
  let last = null;

  const at = (target) => {
    const link = target.closest?.(".map a[data-told]");
    return link?.querySelector(".map-spot") ? link : null; // a group says its name
  };
  const show = (link, x, y, more = "") => {
    tip.textContent = `${link.dataset.told}${more}`;
    tip.hidden = false;
    const { offsetWidth: wide, offsetHeight: high } = tip;
    tip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - wide - 8))}px`;
    tip.style.top = `${y + 18 + high > innerHeight ? y - high - 12 : y + 18}px`;
  };
  const hide = () => {
    tip.hidden = true;
    last = null;
  };

  document.addEventListener("pointermove", ({ target, clientX, clientY, pointerType }) => {
    if (pointerType === "touch") return;
    const link = at(target);
    if (link) show(link, clientX, clientY);
    else tip.hidden = true;
  });
  document.addEventListener("focusin", ({ target }) => {
    const link = at(target);
    if (!link) return hide();
    if (!link.matches(":focus-visible")) return;
    const box = link.getBoundingClientRect();
    show(link, box.right - 14, box.bottom - 18);
  });
  /* A finger cannot point: the first tap says what it is, the second opens it. */
  document.addEventListener("click", (event) => {
    const link = at(event.target);
    if (!link || event.pointerType !== "touch" || link === last) return hide();
    event.preventDefault();
    last = link;
    show(link, event.clientX, event.clientY, `. ${told.dataset.again}`);
  });
  document.addEventListener("scroll", hide, { passive: true });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
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
