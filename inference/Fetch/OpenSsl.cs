using System.Runtime.InteropServices;

namespace GemmaInference.Fetch;

/// <summary>
/// Looks for the OpenSSL that .NET uses for TLS and SHA-256: the base image brings it, and without it the process
/// would abort in the middle of what it does.
/// </summary>
internal static class OpenSsl
{
    /// <summary>Returns what is missing, or null.</summary>
    public static string? Trouble()
    {
        // The order in which .NET tries them (opensslshim.c).
        var wish = Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE");
        string[] names =
        [
            .. string.IsNullOrEmpty(wish) ? Array.Empty<string>() : [$"libssl.so.{wish}"],
            "libssl.so.3",
            "libssl.so.1.1",
            "libssl.so.1.0.2",
            "libssl.so.1.0.0",
            "libssl.so.10",
        ];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out _))
            {
                return null;
            }
        }

        return "this image has no OpenSSL (libssl.so.3), which TLS and SHA-256 need: add libssl3 to its packages";
    }
}
