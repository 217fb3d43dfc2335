using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Access;

/// <summary>
/// Judges certificates of authorities in PEM, and says where the pods of a build have them. The file stands in a mount
/// of its own directly below the root: mount points are left out of snapshots, and so out of every layer.
/// </summary>
internal static class CaBundle
{
    /// <summary>Names the field.</summary>
    public const string Field = "spec.build.caBundleRef";

    /// <summary>Names where the ConfigMap is mounted.</summary>
    public const string Directory = "/gemma-ca";

    /// <summary>Names the file in it, whatever the ConfigMap's key is.</summary>
    public const string FileName = "ca.crt";

    /// <summary>Names the file.</summary>
    public const string File = Directory + "/" + FileName;

    /// <summary>Bounds the text, in characters; Mozilla's list of some 140 authorities has 220 KiB.</summary>
    public const int MaxLength = 256 * 1024;

    private const string Begin = "-----BEGIN ";

    private const string Remedy =
        "put the authorities' certificates there, each from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, "
        + "both on lines of their own";

    /// <summary>
    /// Lists the variables by which programs are told of such a file. It takes the place of the public authorities
    /// where a program reads no other file; so the rendered steps name one that holds both.
    /// </summary>
    public static readonly IReadOnlyList<string> Variables =
    [
        "CURL_CA_BUNDLE",
        "GIT_SSL_CAINFO",
        "NODE_EXTRA_CA_CERTS",
        "PIP_CERT",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
    ];

    /// <summary>
    /// Returns what is wrong with a text; null when it holds certificates and nothing else. Never shows any of it.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="where">What holds it, for people.</param>
    public static FieldError? Judge(string text, string where)
    {
        if (text.Length > MaxLength)
        {
            return Wrong(
                $"{where} has {text.Length} characters",
                $"keep it to {MaxLength}: the authorities that you need beside the public ones are enough"
            );
        }

        var found = 0;
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label];
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                return Wrong(
                    $"{where} holds a private key",
                    "take it out, and take the key for known: ConfigMaps are no secret. Leave the certificates alone"
                );
            }

            if (!label.SequenceEqual("CERTIFICATE"))
            {
                return Wrong($"{where} holds {Quoted.Of(Truncation.Head(label.ToString(), 40))} in PEM", Remedy);
            }

            found++;
            if (!IsCertificate(rest[fields.Base64Data], fields.DecodedDataLength))
            {
                return Wrong($"certificate {found} of {where} can't be read", Remedy);
            }

            rest = rest[fields.Location.End..];
        }

        // What isn't found lacks its end, begins on the line of another's end, or has bad base64.
        return Count(text) > found ? Wrong($"{where} holds a damaged certificate", Remedy)
            : found == 0 ? Wrong($"{where} holds no certificate in PEM", Remedy)
            : null;
    }

    private static bool IsCertificate(ReadOnlySpan<char> base64, int length)
    {
        var der = new byte[length];
        if (!Convert.TryFromBase64Chars(base64, der, out var written))
        {
            return false;
        }

        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der.AsSpan(0, written));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static int Count(ReadOnlySpan<char> text) => text.Count(Begin);

    private static FieldError Wrong(string problem, string remedy) =>
        new(Field, problem, remedy, ImageReason.Stalled.CaBundleInvalid);
}
