"""The guest's page: HTML, CSS and JavaScript modules, served by `server.api.web` as they are.

No framework, no build step, nothing from elsewhere. `main.js` is the page's course, `call.js` the
call, `peer.js` one connection, `line.js` the socket, `devices.js` camera and microphone,
`screen.js` what is seen, `words.js` what is said; `tokens.css` is made of the product's themes.
"""
