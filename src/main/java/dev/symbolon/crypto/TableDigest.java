package dev.symbolon.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// What a table holds, as one number: the sum, modulo 2^256, of the SHA-256 of every row. The order of the rows
/// does not matter, so no database has to sort them; that no row is in it twice is what a primary key is for. It
/// finds what was lost, put in or damaged on the way. Whoever can write to both databases can make two sums
/// alike.
///
/// A row is its values one after the other: `n` for null, `i` and 8 bytes for a number, `t`, 4 bytes of length and
/// UTF-8 for a text.
public final class TableDigest {
    private static final int BYTES = 32;

    private final MessageDigest sha256;
    private final byte[] sum = new byte[BYTES];
    private ByteBuffer row = ByteBuffer.allocate(1_024);
    private long rows;

    /// Of a table without a row.
    public TableDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-2.", e);
        }
    }

    /// One row more.
    ///
    /// @param values texts, longs and nulls, in the same order of columns for every row
    public void add(@Nullable Object[] values) {
        row.clear();
        for (var value : values) {
            switch (value) {
                case null -> room(1).put((byte) 'n');
                case Long number -> room(1 + Long.BYTES).put((byte) 'i').putLong(number);
                case String text -> {
                    var bytes = text.getBytes(StandardCharsets.UTF_8);
                    room(1 + Integer.BYTES + bytes.length)
                            .put((byte) 't')
                            .putInt(bytes.length)
                            .put(bytes);
                }
                default -> throw new IllegalArgumentException("A row has texts and numbers only.");
            }
        }
        sha256.update(row.array(), 0, row.position());
        var digest = sha256.digest();
        var carry = 0;
        for (var i = BYTES - 1; i >= 0; i--) {
            carry += (sum[i] & 0xFF) + (digest[i] & 0xFF);
            sum[i] = (byte) carry;
            carry >>= Byte.SIZE;
        }
        rows++;
    }

    private ByteBuffer room(int bytes) {
        if (row.remaining() < bytes) {
            var larger = ByteBuffer.allocate(Math.max(2 * row.capacity(), row.position() + bytes));
            larger.put(row.flip());
            row = larger;
        }
        return row;
    }

    /// How many rows.
    public long rows() {
        return rows;
    }

    /// The sum, 64 hexadecimal digits.
    public String text() {
        return HexFormat.of().formatHex(sum);
    }
}
