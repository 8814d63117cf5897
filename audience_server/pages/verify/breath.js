// Long work in short slices, so that the page stays alive.

const SLICE_MS = 16;

const clock = { started: 0 };

// Resolves at once while the slice lasts, else after the page had its turn.
export async function breathe() {
  const now = performance.now();
  if (clock.started === 0) clock.started = now;
  if (now - clock.started < SLICE_MS) return;
  await nextTurn();
  clock.started = performance.now();
}

// A message to oneself comes back sooner than a timer, which browsers hold for 4 ms.
function nextTurn() {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
