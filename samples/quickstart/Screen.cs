using Spectre.Console;

namespace Quickstart;

/// <summary>Prints: colours and tables on a terminal, plain lines elsewhere.</summary>
internal static class Screen
{
    public static bool IsTerminal => AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;

    public static void Title(string text)
    {
        if (IsTerminal)
        {
            AnsiConsole.Write(new Rule($"[bold]{Markup.Escape(text)}[/]").LeftJustified());
        }
        else
        {
            Console.WriteLine(text);
        }
    }

    public static void Line(string text) => Console.WriteLine(text);

    /// <summary>Prints one line of progress: seconds since the start, what, and more about it.</summary>
    public static void Progress(TimeSpan at, string what, string detail)
    {
        if (IsTerminal)
        {
            AnsiConsole.MarkupLine(
                $"[grey]{at.TotalSeconds, 6:0.0} s[/]  [aqua]{Markup.Escape(what)}[/]  {Markup.Escape(detail)}"
            );
        }
        else
        {
            Console.WriteLine($"{at.TotalSeconds, 6:0.0} s  {what}  {detail}");
        }
    }

    /// <summary>Prints a table; columns of equal rank, plain text cells.</summary>
    public static void Table(string title, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (IsTerminal)
        {
            var table = new Table()
                .Title($"[bold]{Markup.Escape(title)}[/]")
                .Border(TableBorder.Rounded)
                .AddColumns([.. columns.Select(Markup.Escape)]);
            foreach (var row in rows)
            {
                table.AddRow([.. row.Select(Markup.Escape)]);
            }

            AnsiConsole.Write(table);
            return;
        }

        var all = rows.Prepend(columns).ToList();
        var widths = columns.Select((_, i) => all.Max(r => r[i].Length)).ToList();
        Console.WriteLine();
        Console.WriteLine(title);
        foreach (var row in all)
        {
            Console.WriteLine("  " + string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }
    }
}
