// A client as Node.js programs are: the https module of Node itself, a tunnel opened by hand, no option about certificates.
// The proxy's host and port are the arguments; it prints the status, the protocol of TLS and what the handler saw.
"use strict";
const http = require("http");
const https = require("https");
const [host, port] = process.argv.slice(2);

const connect = http.request({ host, port, method: "CONNECT", path: "login.microsoftonline.com:443" });
connect.on("connect", (answer, socket) => {
  if (answer.statusCode !== 200) throw new Error("CONNECT: " + answer.statusCode);
  const request = https.request({ socket, agent: false, host: "login.microsoftonline.com", path: "//contoso/oauth2/v2.0/token", method: "POST" }, (response) => {
    let text = "";
    response.on("data", (chunk) => (text += chunk));
    response.on("end", () => {
      console.log(response.statusCode, socket.constructor.name, response.socket.authorized, text);
      socket.destroy();
    });
  });
  request.end("grant_type=client_credentials");
});
connect.end();
