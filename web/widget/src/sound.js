// The tone for new messages.

import { t } from "./texts.js";
import { remember, state } from "./state.js";
import { ui } from "./ui.js";

let audio = null;

/** A short soft tone, made here: no file, nothing to load. Only for those who have switched it on. */
export function chime() {
  if (!state.sound || !window.AudioContext) return;
  audio = audio || new AudioContext();
  const [tone, volume, now] = [audio.createOscillator(), audio.createGain(), audio.currentTime];
  tone.frequency.value = 620;
  volume.gain.setValueAtTime(0.08, now);
  volume.gain.exponentialRampToValueAtTime(0.001, now + 0.4);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(now + 0.4);
}

export function switchSound() {
  state.sound = !state.sound;
  remember();
  showSound();
  chime(); // how it sounds; and the browser lets a page sound only after a click
}

export function showSound() {
  ui.soundText.textContent = t(state.sound ? "soundOn" : "soundOff");
  ui.sound.setAttribute("aria-pressed", String(state.sound));
}

/** Gives the browser's sound back. */
export function silence() {
  if (audio) audio.close();
}
