package dev.symbolon.web;

import java.net.InetAddress;

/// A range of IP addresses, for example `10.0.0.0/8`; one address is a range of one.
public final class Network {
    private final byte[] address;
    private final int bits;

    private Network(byte[] address, int bits) {
        this.address = address;
        this.bits = bits;
    }

    /// @throws IllegalArgumentException with a sentence for the operator
    public static Network parse(String text) {
        var slash = text.indexOf('/');
        var address = literal(slash < 0 ? text : text.substring(0, slash));
        if (address.length == 0) {
            throw new IllegalArgumentException("This is not an IP address or a network such as 10.0.0.0/8: " + text);
        }
        var bits = slash < 0 ? address.length * 8 : length(text.substring(slash + 1));
        if (bits < 0 || bits > address.length * 8) {
            throw new IllegalArgumentException("A network ends in its length, as in 10.0.0.0/8: " + text);
        }
        return new Network(address, bits);
    }

    private static int length(String text) {
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    /// The bytes of a literal address; none for anything else. A name is never looked up, not even
    /// one that is made of hexadecimal digits.
    public static byte[] literal(String text) {
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    /// Whether the address is in it. An IPv4 address is never in an IPv6 network.
    public boolean has(byte[] other) {
        if (other.length != address.length) {
            return false;
        }
        for (var bit = 0; bit < bits; bit++) {
            var mask = 0x80 >> (bit % 8);
            if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
