namespace GemmaInference.Native;

/// <summary>Notices files that git-lfs left in place of what they stand for.</summary>
internal static class GitLfs
{
    /// <summary>Returns whether a file that begins so is a pointer: "version https://git-lfs…".</summary>
    public static bool IsPointer(ReadOnlySpan<byte> beginning) => beginning.StartsWith("version "u8);

    /// <exception cref="InferenceException">The file is a pointer.</exception>
    public static void Refuse(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> beginning = stackalloc byte[8];
        if (IsPointer(beginning[..file.ReadAtLeast(beginning, 8, throwOnEndOfStream: false)]))
        {
            throw new InferenceException(path, "a git-lfs pointer, not the file itself; get it with git lfs pull");
        }
    }
}
