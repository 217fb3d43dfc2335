using Spectre.Console;
using Spectre.Console.Rendering;

namespace KubectlGemma.Output;

/// <summary>Prints to a terminal, in colour.</summary>
internal sealed class ColorScreen : Screen
{
    private readonly IAnsiConsole _console;

    private ColorScreen(IAnsiConsole console, TextWriter output, TextWriter errors)
        : base(output, errors) => _console = console;

    public override int Width => Math.Max(40, _console.Profile.Width);

    public override bool CanAsk => !Console.IsInputRedirected && _console.Profile.Capabilities.Interactive;

    public override Task<string> AskAsync(
        string question,
        IReadOnlyList<string> choices,
        CancellationToken cancellationToken
    ) =>
        new SelectionPrompt<string>()
            .Title(Markup.Escape(new Piece(question).Text))
            .UseConverter(choice => Markup.Escape(new Piece(choice).Text))
            .EnableSearch()
            .AddChoices(choices)
            .ShowAsync(_console, cancellationToken);

    public static ColorScreen OfProcess() => new(AnsiConsole.Console, Console.Out, Console.Error);

    /// <summary>Prints as on a terminal of that width, for a look at it.</summary>
    public static ColorScreen Of(TextWriter output, TextWriter errors, int width)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(output),
                Ansi = AnsiSupport.Yes,
                ColorSystem = ColorSystemSupport.Standard,
                Interactive = InteractionSupport.No,
            }
        );
        console.Profile.Width = width;
        return new ColorScreen(console, output, errors);
    }

    public override void Print(IEnumerable<Line> lines) => _console.Write(new Page(lines));

    private static Style StyleOf(Tone tone) =>
        tone switch
        {
            Tone.Plain => Style.Plain,
            Tone.Good => new Style(Color.Green),
            Tone.Warning => new Style(Color.Olive),
            Tone.Bad => new Style(Color.Maroon, decoration: Decoration.Bold),
            Tone.Dim => new Style(Color.Grey),
            Tone.Strong => new Style(decoration: Decoration.Bold),
        };

    /// <summary>Leaves lines as they are: what is too wide is the terminal's to break.</summary>
    private sealed class Page(IEnumerable<Line> lines) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => new(0, int.MaxValue);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            foreach (var line in lines)
            {
                foreach (var piece in line.Pieces.Where(p => p.Text.Length > 0))
                {
                    yield return new Segment(piece.Text, StyleOf(piece.Tone));
                }

                yield return Segment.LineBreak;
            }
        }
    }
}
