// Drives one client of Node.js: drive.js CLIENT USES THREADS. Says `key ID` or `error TEXT` for each use, as drive.py does.
const [name, uses, threads] = process.argv.slice(2);
const version = () => require(`${name}/package.json`).version;

const clients = {
    '@aws-sdk/credential-providers': () => {
        const provider = require(name).fromNodeProviderChain({});
        return async () => (await provider()).accessKeyId;
    },
    'aws-sdk': () => {
        process.env.AWS_SDK_LOAD_CONFIG = '1';
        process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
        const AWS = require(name);
        const config = new AWS.Config();
        return () => new Promise((done, fail) => config.getCredentials((error) => (
            error ? fail(error) : done(config.credentials.accessKeyId))));
    },
};

(async () => {
    console.log('version', version());
    const use = clients[name]();
    const tell = async () => {
        try {
            console.log('key', await use());
        } catch (error) {
            console.log('error', String(error).replace(/\s+/g, ' '));
        }
    };
    if (Number(threads) > 1) {
        await Promise.all(Array.from({ length: Number(threads) }, tell));
    } else {
        for (let count = 0; count < Number(uses); count += 1) await tell();
    }
})().catch((error) => console.log('error', String(error).replace(/\s+/g, ' ')));
