/// Letters to people: what they say, the outbox they wait in, and the ways they leave by.
@org.jspecify.annotations.NullMarked
package dev.symbolon.mail;
