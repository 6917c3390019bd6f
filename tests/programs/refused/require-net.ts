// refused: a module that opens sockets; says: net; fetch
const net = require('net');
net.connect(80, 'example.com');
