// RSA keys from elsewhere: signing and verifying. Run here and by the real Node.
import crypto from 'node:crypto';

const { subtle } = crypto.webcrypto;
const jwk = {
  kty: 'RSA',
  n: 'nJo1tWpWs_s2bALM3zbZoakPDl-fEquJs4-gYRjp5Aa1bPq1pblmUtymIT53L61WUsfF8upTnLTEZpsgLTBAePVfQLyeBf_BS5TATeQAIbyly1ZoOYJQT6uz8O8f5j2kbppxRPO18Mls8GZd0FzaiIGKbzkiPZKoRbTyCC2kuloWH9FdpcdWPaMsHB4BjS3ImLzucC510yUAAGhUdhykEDjB-t9QnF_mkkhic4VboJiPM9jEKLAbR5ro2k5MumdxSFoSQ_bAluFqQDIj54q5uIdu--WOfzuAYIjenLaCvNNX4TgoSy5ZSBZ2XdalObyNDzVFwy8LS9zPiAusFxn2NQ',
  e: 'AQAB',
  d: 'AwWEsMXm-10G_UmGi24C__gDltrodlNB-ml0hjsVVDV-7aXeuF5d545jVDPg19Yn2rwJCTlVOKpSOcqXcdfC_rJ5ToX1JJd9Msihdz9Fc2Ew773wj9-ATjE5bRYoDui0kf-_3L05DvbL98151Ondu5GISsIW84ovXfzySI8c5Q2NK9on-zk5cAdqQ0F-MHHLewQlsNQVntsC8f0nlebklPlK-cQdbIW03iZC3MOp5Ge40O1Fy5TZNgeYS_c0u0L1cUc9sZ21P_zQCnRunKo8L4jigqTn6UUvEEP5IzMx28l0PTFzuYh4tfVk8Btb7FoH-88AwTC3966j8YDKNMomRw',
  p: '2Z-e4-hn8ykkDG0AzxhjlY-DC3lhstVOx5F4kWyZiq3L0zy-8Tdfy_pVZQ-3qeOiw0sVRnOW9o9HE0ufEX5qAL6pMiRG1DweBCQrxt4aBJPEQBmcv2fLBoiUAgWF71S0d97_YoQDxnU2GyY97zDdRyB4TER9hmT-5XxHERbDVjM',
  q: 'uDfbDNhbtdTa-kwQQFY5DogjK4xBLoFnUTvMHYWEnu2i5WsAcrNsifiX_EVuNOmtx7qWMrqJCjk6KHLytYWK6XRld8n4BezRxGXS7V19Fl3w06xzAkaxS0o7o1zq663nMhKu0YXv6hgx3TDbAgM2dj_sibPXpjmlz0sWjlT-Cfc',
  dp: 'vw79Tzfd80ReSq50NF1EKK0rLqqtVHUjSeB0SrBeiLsWpGjDdkDYUNuBl01aQMQCRJSppAWdNvAJRW5xw8kJRYgeQVBKAtCYxaf_6wNZMkWM2X3i-MQmIaFM2A2DTeA-5LKZ4iLmsZh8HQ_Q9isfSe--za6fyZrnkhAu0Fj8u7M',
  dq: 'fCboshd-d2Ukz1tD-Jgji--kBE1aAIWlo9GxFpRNdO6iwgsDGkph8_peM953D6INRHYzk6yzfvhigbA2cq-1lvCjEcBEL3oTRVF6fg5rpw9Yps-qEvahtiQpXUfZ60wgbFa7CupBbnsv3-p1Lz4LDla2i3dw9s4TOUlZwkL1krE',
  qi: 'kJAeha_Tr-yXwiiR2e6hh2dU7BEBBq3YRSg8x48yyKPRwfFFSGC_8ttdF8FEyBssw3w34qqzvuJi0XXKfxn4i4rTNG6M1gUsuxD6vLZvoFN1jG1dUQWFVqyJ0hLmZytpdocWRciHCP1pVgMxKNE5qaObppI3SwlFE4BX0aaGr54',
};
const hex = (data) => Buffer.from(data).toString('hex');
const text = Buffer.from('a text that is signed');
const open = { kty: jwk.kty, n: jwk.n, e: jwk.e };
for (const name of ['RSASSA-PKCS1-v1_5', 'RSA-PSS']) {
  for (const hash of ['SHA-256', 'SHA-384', 'SHA-512']) {
    const algorithm = { name, hash };
    const parameters = { name, saltLength: Number(hash.slice(4)) / 8 };
    const key = await subtle.importKey('jwk', jwk, algorithm, true, ['sign']);
    const publicKey = await subtle.importKey('jwk', open, algorithm, true, ['verify']);
    const signature = await subtle.sign(parameters, key, text);
    console.log(name, hash, signature.byteLength, name === 'RSA-PSS' || hex(signature).slice(0, 32));
    console.log(await subtle.verify(parameters, publicKey, signature, text), await subtle.verify(parameters, publicKey, signature, Buffer.from('another')));
    console.log(key.algorithm.modulusLength, key.algorithm.publicExponent, key.algorithm.hash, publicKey.type, publicKey.usages);
    for (const format of ['jwk', 'pkcs8']) {
      const exported = await subtle.exportKey(format, key);
      console.log(format, format === 'jwk' ? JSON.stringify(exported).length : hex(exported).length);
      const again = await subtle.importKey(format, exported, algorithm, false, ['sign']);
      console.log(await subtle.verify(parameters, publicKey, await subtle.sign(parameters, again, text), text));
    }
    console.log(hex(await subtle.exportKey('spki', publicKey)).length);
    console.log(await subtle.exportKey('raw', publicKey).catch((error) => error.name));
  }
}
const [privateKey, publicKey] = [crypto.createPrivateKey({ key: jwk, format: 'jwk' }), crypto.createPublicKey({ key: open, format: 'jwk' })];
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
console.log(pem.length, privateKey.export({ type: 'pkcs1', format: 'pem' }).length, publicKey.export({ type: 'spki', format: 'pem' }));
console.log(crypto.createSign('RSA-SHA256').update(text).sign(pem, 'base64').slice(0, 32), privateKey.asymmetricKeyDetails);
console.log(crypto.createVerify('sha256').update(text).verify(publicKey, crypto.sign('sha256', text, pem)));
const pss = { key: pem, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST };
console.log(crypto.verify('sha384', text, { ...pss, key: publicKey }, crypto.sign('sha384', text, pss)));

// A JSON Web Token by hand, with each kind of key.
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ sub: 'someone', iat: 1 })}`;
const token = `${unsigned}.${crypto.sign('sha256', Buffer.from(unsigned), privateKey).toString('base64url')}`;
console.log(token.slice(0, 120), crypto.verify('sha256', Buffer.from(token.slice(0, token.lastIndexOf('.'))), publicKey, Buffer.from(token.split('.')[2], 'base64url')));
