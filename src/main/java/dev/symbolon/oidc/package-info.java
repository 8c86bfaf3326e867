/// What the issuer says: metadata, keys, userinfo, logout.
@NullMarked
package dev.symbolon.oidc;

import org.jspecify.annotations.NullMarked;
