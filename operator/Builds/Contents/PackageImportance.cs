using System.Text.RegularExpressions;
using GemmaOperator.Api.Contents;

namespace GemmaOperator.Builds.Contents;

/// <summary>
/// Ranks packages by what people want to hear of first: what computes (PyTorch, CUDA and what belongs to them), what
/// the system's security rests on, and the rest. docs/api.md has the same order.
/// </summary>
internal static partial class PackageImportance
{
    private const string ComputePattern =
        @"(torch(vision|audio|ao)?|triton|pytorch-triton|nvidia-.+|cuda-.+|cupy.*|flash-attn|xformers)";

    private const string ComputeLibraryPattern =
        @"((lib)?(cuda|cudnn|cublas|cufft|cufile|curand|cusolver|cusparse|cutensor|nccl|npp|nvidia|nvjpeg|nvjitlink|"
        + @"nvrtc|nvtx|tensorrt|nvinfer)([-0-9].*)?)";

    /// <summary>C library, cryptography, keys, accounts, package manager, and what parses bytes from outside.</summary>
    private const string SecurityPattern =
        @"(libc6|libc-bin|libc-dev-bin|glibc.*|musl.*|libgcc.*|libstdc.*|openssl.*|libssl.*|libcrypto.*|"
        + @"libgnutls.*|gnutls.*|libgcrypt.*|libnettle.*|libhogweed.*|ca-certificates.*|openssh.*|libssh.*|"
        + @"sudo|login|passwd|shadow.*|libpam.*|pam|util-linux.*|mount|libkrb5.*|krb5.*|libgssapi.*|gnupg.*|gpg.*|"
        + @"apt|libapt.*|dpkg|rpm.*|apk-tools|systemd.*|libsystemd.*|libudev.*|curl|libcurl.*|wget|git(-.*)?|"
        + @"libxml2.*|libexpat.*|expat|zlib.*|libzstd.*|liblzma.*|xz.*|bzip2.*|libbz2.*|tar|gzip|"
        + @"perl.*|python3.*|libpython3.*|bash|dash|busybox.*|libldap.*|libsqlite3.*|sqlite.*)";

    /// <summary>
    /// Gets what matches whole names of Python distributions, most important first, for programs in images.
    /// </summary>
    public static IReadOnlyList<string> PythonPatterns { get; } = [ComputePattern];

    /// <summary>Gets the same for packages of the operating system.</summary>
    public static IReadOnlyList<string> SystemPatterns { get; } = [ComputeLibraryPattern, SecurityPattern];

    /// <summary>Returns 0 for what computes, 1 for what security rests on, 2 for the rest.</summary>
    public static int Of(PackageKind kind, string name) =>
        (kind == PackageKind.Python ? Compute() : ComputeLibrary()).IsMatch(name) ? 0
        : kind != PackageKind.Python && Security().IsMatch(name) ? 1
        : 2;

    [GeneratedRegex(@"\A" + ComputePattern + @"\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Compute();

    [GeneratedRegex(@"\A" + ComputeLibraryPattern + @"\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ComputeLibrary();

    [GeneratedRegex(@"\A" + SecurityPattern + @"\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Security();
}
