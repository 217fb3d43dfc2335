using System.Globalization;
using Spectre.Console;

namespace Quickstart.Terminal;

/// <summary>
/// Prints what people read, never wider than the terminal: colours and a live line there, plain lines elsewhere.
/// </summary>
internal sealed class Screen
{
    /// <summary>Counts where nobody says how wide the terminal is.</summary>
    private const int UnknownWidth = 80;

    /// <summary>Leaves room for a word on the narrowest terminal.</summary>
    private const int LeastWidth = 20;

    private const int FieldWidth = 10;

    /// <summary>Counts the cells of the live line's spinner and of the last column, which stays free.</summary>
    private const int SpinnerWidth = 3;

    private readonly IAnsiConsole _console;
    private readonly TextWriter _output;
    private readonly TextWriter _errors;
    private readonly bool _isLive;
    private readonly bool _wrapsErrors;
    private readonly Func<int> _width;

    private Screen(IAnsiConsole console, TextWriter output, TextWriter errors, bool isLive, bool wrapsErrors)
    {
        (_console, _output, _errors, _isLive, _wrapsErrors) = (console, output, errors, isLive, wrapsErrors);
        _width = isLive ? () => console.Profile.Width : () => UnknownWidth;
    }

    private int Width => Math.Max(LeastWidth, _width() is > 0 and var known ? known : UnknownWidth);

    /// <summary>Prints to this process's own streams; <c>NO_COLOR</c> is heeded.</summary>
    public static Screen OfProcess() =>
        new(
            AnsiConsole.Console,
            Console.Out,
            Console.Error,
            isLive: !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi,
            wrapsErrors: !Console.IsErrorRedirected
        );

    /// <summary>Prints plain lines of 80 columns, as where there is no terminal.</summary>
    public static Screen Plain(TextWriter output, TextWriter errors) =>
        new(AnsiConsole.Console, output, errors, isLive: false, wrapsErrors: false);

    /// <summary>Prints as on a terminal of that size, for a look at it.</summary>
    public static Screen Ansi(TextWriter output, TextWriter errors, int width, bool hasColors)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(output),
                Ansi = AnsiSupport.Yes,
                ColorSystem = hasColors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.Yes,
            }
        );
        console.Profile.Width = width;
        return new Screen(console, output, errors, isLive: true, wrapsErrors: true);
    }

    /// <summary>Prints a heading.</summary>
    public void Title(string text) => Print(TerminalText.Clean(text), new Style(decoration: Decoration.Bold), 0);

    public void Blank() => Print("", Style.Plain, 0);

    /// <summary>Prints a paragraph.</summary>
    public void Line(string text, int indent = 0) => Print(Readable(text), Style.Plain, indent);

    /// <summary>Prints what must be copied as it is, for example a command: it isn't wrapped.</summary>
    public void Verbatim(string text) => _output.WriteLine(TerminalText.Clean(text));

    /// <summary>Prints a word and what is said of it; further lines stand below the first.</summary>
    public void Field(string name, string text)
    {
        var lead = $"  {name.PadRight(FieldWidth)}";
        var lines = TerminalText.Wrap(Readable(text), Width - lead.Length).ToList();
        for (var i = 0; i < lines.Count; i++)
        {
            Write(i == 0 ? lead : new string(' ', lead.Length), lines[i]);
        }
    }

    /// <summary>Prints one line of progress: seconds since the start, what, and as much about it as fits.</summary>
    public void Step(TimeSpan at, string what, string detail)
    {
        var lead = string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds, 6:0.0} s  {what, -18}  ");
        Write(lead, TerminalText.Cut(Readable(detail), Width - lead.Length));
    }

    /// <summary>Prints a mistake on stderr: one line, wrapped only for a terminal.</summary>
    public void Error(string text)
    {
        var line = $"quickstart: {TerminalText.Clean(text)}";
        foreach (var part in _wrapsErrors ? TerminalText.Wrap(line, Width) : [line])
        {
            _errors.WriteLine(part);
        }
    }

    /// <summary>Says that a signal ended it, whatever was on the screen then.</summary>
    public void Stopped()
    {
        if (_isLive)
        {
            _console.Cursor.Show(show: true);
        }

        _output.WriteLine("Stopped.");
    }

    /// <summary>
    /// Shows a live line below everything while <paramref name="work"/> goes on; it calls what it is given to change
    /// it. Elsewhere than on a terminal there is none.
    /// </summary>
    public Task<T> LiveAsync<T>(Func<Action<string>, Task<T>> work) =>
        _isLive
            ? _console
                .Status()
                .Spinner(Spinner.Known.Dots)
                .StartAsync(
                    "…",
                    context =>
                        work(text =>
                            context.Status(Markup.Escape(TerminalText.Cut(Readable(text), Width - SpinnerWidth)))
                        )
                )
            : work(_ => { });

    private static string Readable(string text) => ShortReferences.In(TerminalText.Clean(text));

    private void Print(string text, Style style, int indent)
    {
        var margin = new string(' ', indent);
        foreach (var line in TerminalText.Wrap(text, Width - indent).DefaultIfEmpty(""))
        {
            if (_isLive)
            {
                _console.Write(new Text($"{margin}{line}\n", style));
            }
            else
            {
                _output.WriteLine(line.Length == 0 ? "" : margin + line);
            }
        }
    }

    /// <summary>Writes a line whose beginning is dimmed.</summary>
    private void Write(string lead, string text)
    {
        if (_isLive)
        {
            // In one piece: the live line is drawn anew after each.
            _console.Write(new Paragraph().Append(lead, new Style(Color.Grey)).Append($"{text}\n"));
        }
        else
        {
            _output.WriteLine($"{lead}{text}".TrimEnd());
        }
    }
}
