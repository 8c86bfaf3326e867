package dev.symbolon.dashboard;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Permission;
import dev.symbolon.page.templates.desk.JteimportsGenerated;
import dev.symbolon.page.templates.desk.JtetransferGenerated;
import dev.symbolon.store.Imports.Progress;
import dev.symbolon.transfer.Transfer;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// A tenant as a file, for its owners. A script sends a chosen file in pieces, each of which is written when it is
/// answered; without a script, lines are pasted.
public final class TransferRooms {
    private final Dashboard dashboard;

    TransferRooms(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    void routes(Map<String, Route> routes) {
        routes.put("/dashboard/transfer", dashboard.look(Room.TRANSFER, desk -> show(desk, false, Optional.empty())));
        routes.put("/dashboard/transfer/progress", dashboard.look(Room.TRANSFER, this::progress));
        routes.put("/dashboard/transfer/open", dashboard.fresh(Room.TRANSFER, Permission.WRITE_TRANSFERS, this::open));
        routes.put(
                "/dashboard/transfer/export", dashboard.fresh(Room.TRANSFER, Permission.WRITE_TRANSFERS, this::export));
        routes.put(
                "/dashboard/transfer/begin", dashboard.fresh(Room.TRANSFER, Permission.WRITE_TRANSFERS, this::begin));
        routes.put("/dashboard/transfer/send", dashboard.act(Room.TRANSFER, Permission.WRITE_TRANSFERS, this::send));
    }

    private Transfer transfer() {
        return dashboard.means().transfer();
    }

    /// The room.
    ///
    /// @param isOpen whether the operator has just signed in, so that the buttons are there
    public record View(List<Progress> imports, boolean isOpen, String pasted, Optional<String> error) {}

    private Answer show(Desk desk, boolean isOpen, Optional<String> error) {
        var imports = transfer().imports().list(desk.call().host().id());
        var view = new View(imports, isOpen, desk.form().text("text"), error);
        var frame = desk.frame();
        return desk.show(out -> JtetransferGenerated.render(out, null, frame, view));
    }

    private Answer progress(Desk desk) {
        var imports = transfer().imports().list(desk.call().host().id());
        return desk.show(out -> JteimportsGenerated.render(out, null, imports));
    }

    // Lines that were pasted: the first one is about the file.
    private Answer open(Desk desk) {
        if (!desk.call().isPost()) {
            return show(desk, true, Optional.empty());
        }
        return desk.attempt(
                () -> {
                    var host = desk.call().host();
                    var text = desk.form().text("text").replace("\r\n", "\n").strip();
                    var end = text.indexOf('\n');
                    var first = end < 0 ? text : text.substring(0, end);
                    var begun = transfer().importing().begin(host, first, "pasted lines", 0);
                    var rest = end < 0 ? "" : text.substring(end + 1) + "\n";
                    var read = transfer()
                            .importing()
                            .take(host, begun, begun.bytes(), rest)
                            .orElseThrow(() -> refused("Somebody else imports the same lines at this moment."));
                    if (read.endedAt().isEmpty()) {
                        var _ = transfer().importing().end(read);
                    }
                    return desk.to(Room.TRANSFER.path(), Said.SAVED);
                },
                sentence -> show(desk, true, Optional.of(sentence)));
    }

    private Answer export(Desk desk) {
        if (!desk.call().isPost()) {
            return show(desk, true, Optional.empty());
        }
        var host = desk.call().host();
        var opened = transfer().export().open(host, false, desk.call().now());
        return Answer.lines(host.id() + ".jsonl", out -> opened.write(out, (_, _) -> {}));
    }

    // What the script sends: the beginning, by somebody who has just signed in, then piece by piece, then the end.
    private Answer begin(Desk desk) {
        if (!desk.call().isPost()) {
            return show(desk, true, Optional.empty());
        }
        var form = desk.form();
        return told(() -> transfer()
                .importing()
                .begin(desk.call().host(), form.text("line"), form.text("file"), number(form.text("bytes"))));
    }

    private Answer send(Desk desk) {
        var form = desk.form();
        return told(() -> form.text("action").equals("lines")
                ? transfer()
                        .importing()
                        .take(desk.call().host(), known(desk), number(form.text("at")), form.text("lines"))
                        .orElseThrow(() -> refused("Somebody else imports this file at this moment."))
                : end(known(desk)));
    }

    private static Answer told(Supplier<Progress> work) {
        try {
            return Answer.json(200, Transfer.fields(work.get()));
        } catch (OAuthException refusal) {
            if (refusal.error() != OAuthError.INVALID_REQUEST) {
                throw refusal;
            }
            return Answer.json(400, Map.of("detail", refusal.description()));
        }
    }

    private Progress end(Progress last) {
        return last.endedAt().isPresent() ? last : transfer().importing().end(last);
    }

    private Progress known(Desk desk) {
        return transfer()
                .imports()
                .find(desk.call().host().id(), desk.form().text("import_id").replace("\0", ""))
                .orElseThrow(() -> refused("There is no such import any more; choose the file again."));
    }

    private static long number(String digits) {
        if (!digits.matches("[0-9]{1,15}")) {
            throw refused("A number of bytes is missing.");
        }
        return Long.parseLong(digits);
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
