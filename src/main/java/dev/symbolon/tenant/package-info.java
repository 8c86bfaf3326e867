/// Whose house this is: the tenant behind a host name, its secret and its signing keys.
@NullMarked
package dev.symbolon.tenant;

import org.jspecify.annotations.NullMarked;
