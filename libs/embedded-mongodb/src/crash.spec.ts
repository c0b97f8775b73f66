import { compiledLibrary } from '../test/compiled';
import { killUnderLoad } from '../test/torture/kills';

const kills = 10;

it(`keeps every acknowledged write over ${kills} kills under load, and nothing that was not written`, async () => {
  const library = compiledLibrary();
  try {
    const report = await killUnderLoad({ library: library.folder, kills, seed: 20 });
    expect(report.kills).toBe(kills);
    expect(report.acknowledged).toBeGreaterThan(kills * 10);
    expect(report.transactions).toBeGreaterThan(kills);
    expect(report.sentAgain).toBeGreaterThan(kills);
    expect(report.events).toBeGreaterThan(report.acknowledged);
  } finally {
    library.remove();
  }
}, 90_000);
