package dev.symbolon.self;

import dev.symbolon.account.Visit;
import dev.symbolon.mail.Mail;
import dev.symbolon.mail.Mail.Value;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.page.Notice;
import dev.symbolon.web.Answer;
import java.util.Map;
import java.util.Optional;

/// What a person takes back: a way in, a device, an application's access. Nothing here is ever another person's.
final class Taking {
    private final Self self;

    Taking(Self self) {
        this.self = self;
    }

    /// `POST /account/identities`: `connection` and `subject`.
    Answer identity(Visit visit) {
        var account = visit.account();
        var id = visit.form().text("connection");
        if (!visit.call().isPost() || !ConnectionId.hasShape(id)) {
            return home(visit);
        }
        var connection = new ConnectionId(id);
        var subject = visit.form().text("subject");
        var identities = self.stores().identities();
        var isTheirs = identities.ofSubject(account.tenant(), account.subject()).stream()
                .anyMatch(one -> one.connection().equals(connection)
                        && one.upstreamSubject().equals(subject));
        if (!isTheirs) {
            return home(visit);
        }
        if (!identities.unlink(
                account.tenant(),
                account.subject(),
                connection,
                subject,
                visit.call().now())) {
            return visit.to("/account", Notice.LAST_WAY);
        }
        var label = self.stores()
                .connections()
                .find(account.tenant(), connection)
                .map(Connection::label)
                .orElse(id);
        self.tell(visit, Mail.Kind.IDENTITY_UNLINKED, Map.of(Value.PROVIDER, label));
        return visit.to("/account", Notice.REMOVED);
    }

    /// `POST /account/sessions`: `session`, or `action=others`.
    Answer session(Visit visit) {
        var account = visit.account();
        var isAll = visit.form().text("action").equals("others");
        var id = visit.form().text("session");
        if (!visit.call().isPost()) {
            return home(visit);
        }
        var only = isAll ? Optional.<SessionId>empty() : Optional.of(new SessionId(id));
        var ended = self.stores()
                .sessions()
                .endOthers(
                        account.tenant(),
                        account.subject(),
                        visit.who().session().id(),
                        only,
                        visit.call().now());
        return ended > 0 ? visit.to("/account", Notice.ENDED) : home(visit);
    }

    /// `POST /account/applications`: `client`.
    Answer application(Visit visit) {
        var account = visit.account();
        var id = visit.form().text("client");
        if (!visit.call().isPost() || !ClientId.hasShape(id)) {
            return home(visit);
        }
        self.stores()
                .consents()
                .revoke(
                        account.tenant(),
                        account.subject(),
                        new ClientId(id),
                        visit.call().now());
        return visit.to("/account", Notice.REVOKED);
    }

    private static Answer home(Visit visit) {
        return Answer.seeOther(visit.path("/account", Optional.empty()));
    }
}
