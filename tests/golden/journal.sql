PRAGMA user_version = 1;
CREATE TABLE letter (
  number INTEGER PRIMARY KEY, appeal TEXT NOT NULL, letter TEXT NOT NULL, language TEXT NOT NULL,
  target TEXT NOT NULL, sender TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
  at INTEGER NOT NULL, due INTEGER, message_id TEXT NOT NULL, recipients TEXT NOT NULL,
  digest TEXT NOT NULL, seal TEXT NOT NULL);
INSERT INTO "letter" VALUES(1,'strike','letter','en','ministry','aliya@union.example','accepted',1,200,NULL,'<ministry@union.example>','[["office@ministry.example","target","accepted","250 OK"],["copy@issuer.example","copy","accepted","250 OK"]]','f72d28aa080f6504d7c5f128addfa111','604fb2d6bf2110c6529a7573dba535bd');
INSERT INTO "letter" VALUES(2,'strike','letter','en','court','aliya@union.example','refused',1,200,NULL,'<court@union.example>','[["office@court.example","target","refused","550 no"],["copy@issuer.example","copy","refused","550 no"]]','ff4d5ab525883a9f18bc76c206e5b829','d35decea46287fbd2092f1027170b381');
INSERT INTO "letter" VALUES(3,'strike','letter','en','mine','aliya@union.example','unknown',1,200,NULL,'<mine@union.example>','[["office@mine.example","target","unknown","lost"],["copy@issuer.example","copy","unknown","lost"]]','83ab31cb1a3af1ad4b71a12a8ca620a0','80aebebcc02bd83742eeb458aa551eb4');
INSERT INTO "letter" VALUES(4,'strike','letter','en','palace','aliya@union.example','queued',0,100,100,'<palace@union.example>','[["office@palace.example","target","queued",""],["copy@issuer.example","copy","queued",""]]','fc08aebd29070c1d67595724cf2099d6','49a8b3467d7646f12e41cf7728af2afd');
CREATE TABLE message (number INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE noted (appeal, target, channel, at);
INSERT INTO "noted" VALUES('strike','court','post',300);
