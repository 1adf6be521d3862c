// The native half of AWS's runtime client, by Node's own http: it requests the next invocation after it has reported the
// result of the last one.
const { Agent, request } = require("node:http");

const [host, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? "").split(":");
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let reported = Promise.resolve();

function ask(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host, port, agent, method, path: `/2018-06-01/runtime/invocation/${path}`, headers },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => resolve({ text, headers: response.headers }));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

module.exports = {
  async next() {
    await reported;
    const { text, headers } = await ask("GET", "next");
    return { bodyJson: text, headers };
  },
  done(id, body) {
    reported = ask("POST", `${id}/response`, body, { "content-type": "application/json" });
    return null;
  },
  error(id, body, xray) {
    reported = ask("POST", `${id}/error`, body, {
      "content-type": "application/json",
      // As it is, byte for byte, which is more than headers may have by Node's own rules.
      "lambda-runtime-function-xray-error-cause": Buffer.from(xray).toString("latin1"),
    });
    return null;
  },
};
