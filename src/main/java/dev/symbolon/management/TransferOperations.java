package dev.symbolon.management;

import static dev.symbolon.oauth.Permission.WRITE_TRANSFERS;

import dev.symbolon.management.Operation.Member;
import dev.symbolon.management.Operation.Shape;
import dev.symbolon.management.Problem.Code;
import dev.symbolon.store.Imports.Progress;
import dev.symbolon.transfer.Transfer;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Fields;
import java.util.List;
import java.util.Optional;

/// A tenant as a file: out in one answer, in by pieces of whole lines, each of which fits into a request.
final class TransferOperations {
    private static final String ONE = "/imports/{import_id}";
    private static final Shape BEGUN = new Shape(
            "Import",
            List.of("first_line", "file"),
            List.of(Member.of("first_line", "string"), Member.of("file", "string"), Member.of("bytes", "integer")));
    private static final Shape PIECE = new Shape(
            "Lines", List.of("at", "lines"), List.of(Member.of("at", "integer"), Member.of("lines", "string")));

    private final Transfer transfer;

    TransferOperations(Transfer transfer) {
        this.transfer = transfer;
    }

    List<Operation> all() {
        return List.of(
                Operation.get("/export", WRITE_TRANSFERS, "Take everything out as JSON lines.", this::export),
                Operation.get("/imports", WRITE_TRANSFERS, "List what was imported lately.", this::list),
                Operation.act("/imports", WRITE_TRANSFERS, "Begin an import, or find how far it is.", this::begin)
                        .with(BEGUN),
                Operation.get(
                        ONE,
                        WRITE_TRANSFERS,
                        "Show how far an import is.",
                        request -> Answer.json(200, Transfer.fields(known(request)))),
                Operation.act(ONE + "/lines", WRITE_TRANSFERS, "Send the lines that come next.", this::take)
                        .with(PIECE),
                Operation.act(ONE + "/end", WRITE_TRANSFERS, "Say that there are no more lines.", this::end));
    }

    private Answer export(Request request) {
        var opened = transfer.export().open(request.host(), false, request.now());
        return Answer.lines(request.tenant() + ".jsonl", out -> opened.write(out, (_, _) -> {}));
    }

    private Answer list(Request request) {
        return Request.page(
                transfer.imports().list(request.tenant()).stream()
                        .map(Transfer::fields)
                        .toList(),
                Optional.empty());
    }

    private Answer begin(Request request) {
        var fields = fields(request, BEGUN);
        var progress = transfer.importing()
                .begin(
                        request.host(),
                        fields.text("first_line").orElseThrow(() -> missing("first_line")),
                        fields.text("file").orElseThrow(() -> missing("file")),
                        number(fields, "bytes").orElse(0L));
        return Answer.json(201, Transfer.fields(progress))
                .with("Location", request.host().issuer().managementApi() + "/imports/" + progress.id());
    }

    private Answer take(Request request) {
        var fields = fields(request, PIECE);
        var before = known(request);
        return transfer.importing()
                .take(
                        request.host(),
                        before,
                        number(fields, "at").orElseThrow(() -> missing("at")),
                        fields.text("lines").orElseThrow(() -> missing("lines")))
                .map(after -> Answer.json(200, Transfer.fields(after)))
                .orElseThrow(() -> new Problem(
                        Code.CONFLICT, "The import is at another place than at: read bytes_read, and go on there."));
    }

    private Answer end(Request request) {
        var before = known(request);
        return Answer.json(
                200,
                Transfer.fields(
                        before.endedAt().isPresent()
                                ? before
                                : transfer.importing().end(before)));
    }

    private Progress known(Request request) {
        var id = request.path("import_id");
        return Optional.of(id)
                .filter(text -> text.indexOf(0) < 0)
                .flatMap(text -> transfer.imports().find(request.tenant(), text))
                .orElseThrow(() -> Problem.notFound("import"));
    }

    private static Fields fields(Request request, Shape shape) {
        return new Fields("an import", request.body())
                .only(shape.members().stream().map(Member::name).toList());
    }

    private static Optional<Long> number(Fields fields, String name) {
        var value = fields.values().get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Number number && number.doubleValue() == number.longValue() && number.longValue() >= 0) {
            return Optional.of(number.longValue());
        }
        throw new Problem(Code.INVALID_REQUEST, name + " has to be a whole number of bytes.");
    }

    private static Problem missing(String name) {
        return new Problem(Code.INVALID_REQUEST, name + " is missing.");
    }
}
