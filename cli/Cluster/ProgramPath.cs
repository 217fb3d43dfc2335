namespace KubectlGemma.Cluster;

/// <summary>
/// Finds programs as kubectl does: in the directories of $PATH alone. To start one by its name looks into the current
/// directory first, where anybody may have put one of that name.
/// </summary>
internal static class ProgramPath
{
    private const UnixFileMode Executable =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>Returns whether a command says where its program lies.</summary>
    public static bool IsPath(string command) => command.AsSpan().ContainsAny(Separators);

    /// <summary>Returns where a program lies; null where no directory has it.</summary>
    /// <param name="command">A name, or a path.</param>
    /// <param name="path">The directories; those that aren't absolute are passed over.</param>
    public static string? Find(string command, string? path) =>
        IsPath(command)
            ? Path.GetFullPath(command)
            : (path ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Where(Path.IsPathFullyQualified)
                .SelectMany(directory => Names(command).Select(name => Path.Combine(directory, name)))
                .FirstOrDefault(IsProgram);

    /// <summary>Windows tells programs by their extensions, which commands leave out.</summary>
    private static IEnumerable<string> Names(string command) =>
        OperatingSystem.IsWindows()
            ?
            [
                .. Path.HasExtension(command) ? [command] : Array.Empty<string>(),
                .. (Environment.GetEnvironmentVariable("PATHEXT") ?? ".COM;.EXE;.BAT;.CMD")
                    .Split(';', StringSplitOptions.RemoveEmptyEntries)
                    .Select(extension => command + extension),
            ]
            : [command];

    private static bool IsProgram(string file) =>
        File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Executable) != 0);
}
