package dev.symbolon.mail;

import dev.symbolon.web.Host;
import java.time.Instant;

/// Where mails are handed in.
public final class Post {
    /// Whether mails leave this installation at all.
    public boolean canSend() {
        return true;
    }

    /// Hands a mail in: when this returns, it is in the outbox and will leave whatever happens to this process.
    public void send(Host host, Mail mail, Instant now) {}
}
