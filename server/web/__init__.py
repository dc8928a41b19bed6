"""The guest's page and that of a patient's copy of a report: HTML, CSS and JavaScript modules,
served by `server.api.web` as they are.

No framework, no build step, nothing from elsewhere. `main.js` is the course of the guest's page,
`call.js` the call, `peer.js` one connection, `line.js` the socket, `devices.js` camera and
microphone, `screen.js` what is seen of them; `copy.js` is the course of a copy. Both share
`sections.js`, which part is seen, `words.js`, what is said, and `api.js`; `tokens.css` is made of
the product's themes.
"""
