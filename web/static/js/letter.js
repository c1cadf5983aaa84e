// Tells, once, that the letter was really on the screen: visible for two seconds in a visible window.
(() => {
  const form = document.querySelector("form[data-opened]");
  const letter = document.querySelector("article.letter");
  if (!form || !letter) return;
  let timer = 0;
  let onScreen = false;
  let told = false;
  const tell = () => {
    if (told) return;
    told = true;
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true, redirect: "manual" }).catch(() => {
      told = false;
    });
  };
  const weigh = () => {
    clearTimeout(timer);
    if (onScreen && document.visibilityState === "visible") timer = setTimeout(tell, 2000);
  };
  new IntersectionObserver((entries) => {
    onScreen = entries.some((entry) => entry.isIntersecting);
    weigh();
  }).observe(letter);
  document.addEventListener("visibilitychange", weigh);
})();
