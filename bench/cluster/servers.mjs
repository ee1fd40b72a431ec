/** Servers for the samples, in folders of their own. They end with this process, however it ends. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const debian = '/usr/lib/postgresql';

/** The folder with the programs of PostgreSQL, as Debian has them; undefined where they are not. */
function postgresPrograms() {
  const [version] = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  return version === undefined ? undefined : join(debian, version, 'bin');
}

export const isThere = {
  redis: () => spawnSync('redis-server', ['--version']).status === 0,
  postgres: () => postgresPrograms() !== undefined,
};

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A shell waits for the end of its input, which the system closes when this process has ended: one that is killed runs no code. */
function endWithThis(pid, folder) {
  const script = 'read -r line; kill -9 "$1"; rm -rf "$2"';
  // A process group of its own: Ctrl-C is not for it.
  const options = { stdio: ['pipe', 'ignore', 'ignore'], detached: true };
  const shell = spawn('/bin/sh', ['-c', script, 'sh', String(pid), folder], options);
  shell.unref();
  shell.stdin.unref();
}

function started(program, args, options, folder, place) {
  const { pid } = spawn(program, args, { stdio: 'ignore', ...options });
  endWithThis(pid, folder);
  return { pid, folder, place };
}

async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'skein-bench-redis-'));
  const port = await freePort();
  const kept = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'];
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  return started('redis-server', [...own, ...kept], {}, folder, { port });
}

/** PostgreSQL refuses to be run by root. */
function otherUser() {
  if (process.getuid() !== 0) return {};
  const idOf = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'skein-bench-postgres-'));
  const programs = postgresPrograms();
  const user = otherUser();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const made = ['-D', data, '-U', 'postgres', '--auth', 'trust'];
  execFileSync(join(programs, 'initdb'), made, { stdio: 'ignore', ...user });
  const port = await freePort();
  const own = ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1'];
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return started(join(programs, 'postgres'), own, { ...user, cwd: folder }, folder, { url });
}

export const start = { redis: startRedis, postgres: startPostgres };
