namespace KubectlGemma.Local;

/// <summary>Says what an engine tells of a build as it goes.</summary>
internal abstract record BuildEvent
{
    private BuildEvent() { }

    /// <summary>Begins an instruction of the Dockerfile, the first being 1.</summary>
    public sealed record Began(int Number) : BuildEvent;

    /// <summary>Says that the instruction's layer was there already.</summary>
    public sealed record FromCache : BuildEvent;

    /// <summary>Holds a line that a program, or the engine, has written.</summary>
    public sealed record Said(string Text) : BuildEvent;

    /// <summary>Names what an instruction came to, by the beginning of its id.</summary>
    public sealed record Made(string Id) : BuildEvent;

    /// <summary>Names the image of a stage, by its whole id; the last is the result.</summary>
    public sealed record Image(string Id) : BuildEvent;

    /// <summary>Ends the build; the exit code is that of the program that failed, where one did.</summary>
    public sealed record Failed(long? ExitCode, string Message) : BuildEvent;
}
