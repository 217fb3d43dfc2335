namespace KubectlGemma.Output;

/// <summary>Prints lines: plain to a file, a pipe, or with NO_COLOR; in colour to a terminal.</summary>
internal abstract class Screen(TextWriter output, TextWriter errors)
{
    public const int UnknownWidth = 100;

    /// <summary>Gets where data goes, as it is.</summary>
    public TextWriter Output { get; } = output;

    /// <summary>Gets where mistakes and notes go.</summary>
    public TextWriter Errors { get; } = errors;

    /// <summary>Gets how many cells a line has.</summary>
    public abstract int Width { get; }

    /// <summary>Gets whether somebody is there who can be asked: input and output are a terminal.</summary>
    public virtual bool CanAsk => false;

    public abstract void Print(IEnumerable<Line> lines);

    /// <summary>Lets somebody choose; only where <see cref="CanAsk"/>.</summary>
    /// <param name="question">What is asked, in one line.</param>
    /// <param name="choices">What there is, at least one.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public virtual Task<string> AskAsync(
        string question,
        IReadOnlyList<string> choices,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("nobody is there to be asked");

    public void Print(params Line[] lines) => Print((IEnumerable<Line>)lines);

    public void Print(string text) => Print(Line.Of(text));

    /// <summary>Tells something beside the output: one line on stderr.</summary>
    public void Note(string text)
    {
        try
        {
            Errors.WriteLine(new Piece(text.ReplaceLineEndings(" ")).Text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where it can't be told, the exit code tells it alone.
        }
    }

    /// <summary>Tells a mistake: one line on stderr.</summary>
    public void Error(string text) => Note($"kubectl-gemma: {text}");

    /// <summary>Chooses by the process's streams and environment.</summary>
    /// <param name="unread">Is called once nobody reads the output any more.</param>
    public static Screen OfProcess(Action unread) =>
        Console.IsOutputRedirected
        || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
        || Environment.GetEnvironmentVariable("TERM") == "dumb"
            ? new PlainScreen(
                PipeOutput.OfProcess(unread) is { } pipe ? WriterTo(pipe) : Console.Out,
                Console.Error,
                Console.IsOutputRedirected ? UnknownWidth : Math.Max(40, Console.WindowWidth)
            )
            : ColorScreen.OfProcess();

    private static TextWriter WriterTo(PipeOutput pipe) =>
        TextWriter.Synchronized(new StreamWriter(pipe, Console.Out.Encoding) { AutoFlush = true });
}
