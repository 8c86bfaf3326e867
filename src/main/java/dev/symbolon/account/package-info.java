/// Who signs in: passwords, the sessions of a browser, and what is said about a person.
@NullMarked
package dev.symbolon.account;

import org.jspecify.annotations.NullMarked;
