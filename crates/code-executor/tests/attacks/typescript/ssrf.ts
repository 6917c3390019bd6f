// Addresses that are not to be fetched. Programs have no `fetch` in this version: nothing is sent.

//: SSRF-002-localhost
//: source OWASP SSRF cheat sheet; PayloadsAllTheThings SSRF; srt 'Resolved-address check'; CVE-2024-29415 (npm ip), CVE-2023-42282
//: expect refused with a stable error code (blocked_address / blocked_host / blocked_scheme / blocked_port / invalid_url) BEFORE any packet is sent; audit row written; error does not say whether the port was open
try { const r=await fetch("http://localhost:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched localhost '+r.status) } catch(e) { blk('localhost',e) }

//: SSRF-003-short-127.1
try { const r=await fetch("http://127.1:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched short-127.1 '+r.status) } catch(e) { blk('short-127.1',e) }

//: SSRF-004-decimal
try { const r=await fetch("http://2130706433:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched decimal '+r.status) } catch(e) { blk('decimal',e) }

//: SSRF-005-hex
try { const r=await fetch("http://0x7f000001:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched hex '+r.status) } catch(e) { blk('hex',e) }

//: SSRF-006-hex-dotted
try { const r=await fetch("http://0x7f.0x0.0x0.0x1:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched hex-dotted '+r.status) } catch(e) { blk('hex-dotted',e) }

//: SSRF-008-octal-long
try { const r=await fetch("http://017700000001:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched octal-long '+r.status) } catch(e) { blk('octal-long',e) }

//: SSRF-010-zero
try { const r=await fetch("http://0:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched zero '+r.status) } catch(e) { blk('zero',e) }

//: SSRF-012-v6-loop
try { const r=await fetch("http://[::1]:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched v6-loop '+r.status) } catch(e) { blk('v6-loop',e) }

//: SSRF-013-v6-unspec
try { const r=await fetch("http://[::]:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched v6-unspec '+r.status) } catch(e) { blk('v6-unspec',e) }

//: SSRF-014-v4-mapped
try { const r=await fetch("http://[::ffff:127.0.0.1]:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched v4-mapped '+r.status) } catch(e) { blk('v4-mapped',e) }

//: SSRF-015-v4-mapped-hex
try { const r=await fetch("http://[::ffff:7f00:1]:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched v4-mapped-hex '+r.status) } catch(e) { blk('v4-mapped-hex',e) }

//: SSRF-019-nat64-local
try { const r=await fetch("http://[64:ff9b:1::7f00:1]/",{redirect:'follow'}); esc('fetched nat64-local '+r.status) } catch(e) { blk('nat64-local',e) }

//: SSRF-022-imds
try { const r=await fetch("http://169.254.169.254/latest/meta-data/",{redirect:'follow'}); esc('fetched imds '+r.status) } catch(e) { blk('imds',e) }

//: SSRF-023-imds-decimal
try { const r=await fetch("http://2852039166/",{redirect:'follow'}); esc('fetched imds-decimal '+r.status) } catch(e) { blk('imds-decimal',e) }

//: SSRF-024-imds-v6
try { const r=await fetch("http://[fd00:ec2::254]/latest/",{redirect:'follow'}); esc('fetched imds-v6 '+r.status) } catch(e) { blk('imds-v6',e) }

//: SSRF-025-imds-gcp
try { const r=await fetch("http://metadata.google.internal/computeMetadata/v1/",{redirect:'follow'}); esc('fetched imds-gcp '+r.status) } catch(e) { blk('imds-gcp',e) }

//: SSRF-029-imds-oracle
try { const r=await fetch("http://192.0.0.192/",{redirect:'follow'}); esc('fetched imds-oracle '+r.status) } catch(e) { blk('imds-oracle',e) }

//: SSRF-030-ecs-task
try { const r=await fetch("http://169.254.170.2/v2/credentials",{redirect:'follow'}); esc('fetched ecs-task '+r.status) } catch(e) { blk('ecs-task',e) }

//: SSRF-032-rfc1918-172
try { const r=await fetch("http://172.16.0.1/",{redirect:'follow'}); esc('fetched rfc1918-172 '+r.status) } catch(e) { blk('rfc1918-172',e) }

//: SSRF-033-rfc1918-192
try { const r=await fetch("http://192.168.0.1/",{redirect:'follow'}); esc('fetched rfc1918-192 '+r.status) } catch(e) { blk('rfc1918-192',e) }

//: SSRF-034-cgnat
try { const r=await fetch("http://100.64.0.1/",{redirect:'follow'}); esc('fetched cgnat '+r.status) } catch(e) { blk('cgnat',e) }

//: SSRF-035-benchmark
try { const r=await fetch("http://198.18.0.1/",{redirect:'follow'}); esc('fetched benchmark '+r.status) } catch(e) { blk('benchmark',e) }

//: SSRF-036-ula
try { const r=await fetch("http://[fc00::1]/",{redirect:'follow'}); esc('fetched ula '+r.status) } catch(e) { blk('ula',e) }

//: SSRF-037-linklocal-zone
try { const r=await fetch("http://[fe80::1%25eth0]/",{redirect:'follow'}); esc('fetched linklocal-zone '+r.status) } catch(e) { blk('linklocal-zone',e) }

//: SSRF-039-multicast
try { const r=await fetch("http://224.0.0.1/",{redirect:'follow'}); esc('fetched multicast '+r.status) } catch(e) { blk('multicast',e) }

//: SSRF-042-documentation
try { const r=await fetch("http://192.0.2.1/",{redirect:'follow'}); esc('fetched documentation '+r.status) } catch(e) { blk('documentation',e) }

//: SSRF-043-userinfo
try { const r=await fetch("http://allowed.example@127.0.0.1:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched userinfo '+r.status) } catch(e) { blk('userinfo',e) }

//: SSRF-044-userinfo2
try { const r=await fetch("http://allowed.example:80@127.0.0.1:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched userinfo2 '+r.status) } catch(e) { blk('userinfo2',e) }

//: SSRF-047-tab-newline
try { const r=await fetch("http://127.0.0.1\t:{{TCP_PORT}}/\r\nHost: allowed.example",{redirect:'follow'}); esc('fetched tab-newline '+r.status) } catch(e) { blk('tab-newline',e) }

//: SSRF-048-suffix
try { const r=await fetch("http://allowed.example.evil.invalid/",{redirect:'follow'}); esc('fetched suffix '+r.status) } catch(e) { blk('suffix',e) }

//: SSRF-050-trailing-dot
try { const r=await fetch("http://localhost.:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched trailing-dot '+r.status) } catch(e) { blk('trailing-dot',e) }

//: SSRF-051-case
try { const r=await fetch("http://LOCALHOST:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched case '+r.status) } catch(e) { blk('case',e) }

//: SSRF-052-nul
try { const r=await fetch("http://evil.invalid\u0000.allowed.example/",{redirect:'follow'}); esc('fetched nul '+r.status) } catch(e) { blk('nul',e) }

//: SSRF-053-fullwidth
try { const r=await fetch("http://ｌｏｃａｌｈｏｓｔ:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched fullwidth '+r.status) } catch(e) { blk('fullwidth',e) }

//: SSRF-056-soft-hyphen
try { const r=await fetch("http://local\u00adhost:{{TCP_PORT}}/",{redirect:'follow'}); esc('fetched soft-hyphen '+r.status) } catch(e) { blk('soft-hyphen',e) }

//: SSRF-060-gopher
try { const r=await fetch("gopher://127.0.0.1:6379/_FLUSHALL",{redirect:'follow'}); esc('fetched gopher '+r.status) } catch(e) { blk('gopher',e) }

//: SSRF-061-ftp
try { const r=await fetch("ftp://127.0.0.1/",{redirect:'follow'}); esc('fetched ftp '+r.status) } catch(e) { blk('ftp',e) }

//: SSRF-062-unix
try { const r=await fetch("http+unix://%2Fvar%2Frun%2Fdocker.sock/info",{redirect:'follow'}); esc('fetched unix '+r.status) } catch(e) { blk('unix',e) }

//: SSRF-063-data
try { const r=await fetch("data:text/plain,ESC",{redirect:'follow'}); esc('fetched data '+r.status) } catch(e) { blk('data',e) }

//: SSRF-064-blob-about
try { const r=await fetch("about:blank",{redirect:'follow'}); esc('fetched blob-about '+r.status) } catch(e) { blk('blob-about',e) }

//: SSRF-065-port-22
try { const r=await fetch("http://allowed.example:22/",{redirect:'follow'}); esc('fetched port-22 '+r.status) } catch(e) { blk('port-22',e) }
