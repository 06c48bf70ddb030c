//SOURCES Setting.java
package given;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What only our servers know: {@code SECRET}, or else 32 random bytes, new with each start. No
 * lesson teaches what an HMAC is made of.
 */
public final class Secret {
    private static final SecretKeySpec KEY = new SecretKeySpec(
        Setting.text("SECRET", random()).getBytes(StandardCharsets.UTF_8), "HmacSHA256");

    private Secret() {}

    /** HMAC-SHA-256 of a text: 32 bytes that nobody can make who does not know the secret. */
    public static byte[] hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(KEY);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible); // each JDK has it
        }
    }

    private static String random() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
