using System.Text.RegularExpressions;

namespace GemmaOperator.Build;

/// <summary>The upstream base image, pinned: what was declared, and the digest that it stood for.</summary>
internal sealed partial record PinnedBase
{
    private PinnedBase(string declared, string repository, string digest)
    {
        Declared = declared;
        Repository = repository;
        Digest = digest;
    }

    /// <summary>As declared, with its tag or digest.</summary>
    public string Declared { get; }

    /// <summary>Registry and path, without tag or digest.</summary>
    public string Repository { get; }

    /// <summary>For example <c>sha256:…</c>.</summary>
    public string Digest { get; }

    /// <summary>What a FROM instruction takes.</summary>
    public override string ToString() => $"{Repository}@{Digest}";

    /// <summary>
    /// Pins a declared reference to a digest. The pattern is narrower than the distribution project's grammar only in
    /// length; it holds no character that a Dockerfile or a shell would read.
    /// </summary>
    public static Parsed<PinnedBase> Parse(string declared, string digest, string field)
    {
        var match = Reference().Match(declared);
        if (declared.Length > 512 || !match.Success)
            return Parsed<PinnedBase>.Wrong(field, $"{Text.Show(declared)} isn't an image reference", "write for example pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime");
        return DigestPattern().IsMatch(digest)
            ? Parsed<PinnedBase>.Of(new PinnedBase(declared, match.Groups["repository"].Value, digest))
            : Parsed<PinnedBase>.Wrong(field, $"{Text.Show(digest)} isn't a digest", "it must be sha256: and 64 hexadecimal digits");
    }

    [GeneratedRegex(
        @"\A(?<repository>([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*)"
        + @"(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha(256:[0-9a-f]{64}|512:[0-9a-f]{128}))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\Asha(256:[0-9a-f]{64}|512:[0-9a-f]{128})\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DigestPattern();
}
