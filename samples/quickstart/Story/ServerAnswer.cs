using System.Text.Json;
using Quickstart.Terminal;
using Quickstart.World;

namespace Quickstart.Story;

/// <summary>Asks the real server once, where one runs, and writes what it says.</summary>
internal static class ServerAnswer
{
    public static async Task WriteAsync(
        Screen screen,
        LocalWorld world,
        string prompt,
        CancellationToken cancellationToken
    )
    {
        if (world.Server is { } server && await server.AskAsync(prompt, cancellationToken) is { } answer)
        {
            screen.Blank();
            screen.Line($"> {prompt}");
            // Nonsense may hold anything: shown as a JSON string.
            screen.Line(JsonSerializer.Serialize(answer), indent: 2);
            screen.Line("(said by the real server; its model is tiny and its weights mean nothing)", indent: 2);
        }
    }
}
