// Runs Biome's own binary for this machine: the wrapper package lists platforms that not every registry carries.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'

const binary = createRequire(import.meta.url).resolve(`@biomejs/cli-linux-${process.arch}/biome`)
process.exit(spawnSync(binary, process.argv.slice(2), { stdio: 'inherit' }).status ?? 1)
