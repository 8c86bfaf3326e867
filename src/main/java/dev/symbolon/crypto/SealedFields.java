package dev.symbolon.crypto;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Fields of a sealed value, one after the other, each with its length: shorter than any text format, and read
/// back only after it was shown to be ours.
final class SealedFields {
    private SealedFields() {}

    static final class Writer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        private final DataOutputStream out = new DataOutputStream(bytes);

        Writer text(String value) {
            var utf8 = value.getBytes(StandardCharsets.UTF_8);
            return run(() -> {
                out.writeInt(utf8.length);
                out.write(utf8);
            });
        }

        /// A sealed value inside another one, a quarter shorter than its text.
        Writer sealed(String text) {
            var content = Base64.getUrlDecoder().decode(text);
            return run(() -> {
                out.writeInt(content.length);
                out.write(content);
            });
        }

        Writer optional(Optional<String> value) {
            run(() -> out.writeBoolean(value.isPresent()));
            value.ifPresent(this::text);
            return this;
        }

        Writer texts(Collection<String> values) {
            run(() -> out.writeInt(values.size()));
            values.forEach(this::text);
            return this;
        }

        Writer instant(Instant value) {
            return run(() -> out.writeLong(value.toEpochMilli()));
        }

        Writer number(int value) {
            return run(() -> out.writeInt(value));
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }

        private Writer run(Step step) {
            try {
                step.run();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    static final class Reader {
        private final DataInputStream in;

        Reader(byte[] bytes) {
            in = new DataInputStream(new ByteArrayInputStream(bytes));
        }

        String text() throws IOException {
            return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
        }

        String sealed() throws IOException {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(in.readNBytes(in.readInt()));
        }

        Optional<String> optional() throws IOException {
            return in.readBoolean() ? Optional.of(text()) : Optional.empty();
        }

        List<String> texts() throws IOException {
            var count = in.readInt();
            var values = new ArrayList<String>(count);
            for (var i = 0; i < count; i++) {
                values.add(text());
            }
            return values;
        }

        Instant instant() throws IOException {
            return Instant.ofEpochMilli(in.readLong());
        }

        int number() throws IOException {
            return in.readInt();
        }
    }
}
