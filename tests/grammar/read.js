// What the JS SDK reads in config files: a JSON list of paths on stdin, what each file holds on stdout.
const { loadSharedConfigFiles, loadSsoSessionData } = require("@smithy/core/config");
const fs = require("fs");
const path = require("path");

const texts = (settings) => Object.fromEntries(Object.entries(settings).filter(([, value]) => typeof value === "string"));

const read = async (configFilepath) => {
  const { configFile } = await loadSharedConfigFiles({ filepath: "/nonexistent", configFilepath, ignoreCache: true });
  const sessions = await loadSsoSessionData({ configFilepath, ignoreCache: true });
  const named = {};
  for (const [name, found] of Object.entries(configFile)) named[`profile ${name}`] = texts(found);
  for (const [name, found] of Object.entries(sessions)) named[`sso-session ${name}`] = texts(found);
  return named;
};

(async () => {
  const files = [];
  for (const file of JSON.parse(fs.readFileSync(0, "utf8"))) files.push(await read(file));
  const manifest = path.join(process.env.NODE_PATH.split(path.delimiter)[0], "@smithy/core/package.json");
  const { version } = JSON.parse(fs.readFileSync(manifest, "utf8"));
  console.log(JSON.stringify({ version: `@smithy/core ${version}`, files }));
})();
