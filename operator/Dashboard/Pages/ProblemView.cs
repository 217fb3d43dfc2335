using GemmaOperator.Dashboard.Markup;

namespace GemmaOperator.Dashboard.Pages;

/// <summary>Renders why there is nothing to see.</summary>
internal static class ProblemView
{
    public static Html Content(string title, string message) =>
        Html.Of($"""<h1>{title}</h1><p class="problem" role="alert">{message}</p>""");

    /// <summary>Asks which namespace is meant, where not all may be seen.</summary>
    public static Html AskForNamespace(string message) =>
        Html.Of(
            $"""
            {Content("Not allowed", message)}
            <form method="get"><label>One namespace <input name="namespace" required maxlength="63"></label>
            <button>Show</button></form>
            """
        );
}
