using System.Globalization;
using GemmaInference.Api.Requests;
using GemmaInference.Engine;
using GemmaInference.Text;

namespace GemmaInference.Api;

/// <summary>Turns a request's prompts into tokens that the model has and its context holds.</summary>
internal static class PromptTokenizer
{
    /// <returns>One list per prompt, none of them empty.</returns>
    /// <exception cref="ApiException">A prompt doesn't fit, or can't be made.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> Read(CompletionRequest request, LoadedModel model)
    {
        var context = model.Cache.Context;
        return request.Messages is { } messages
            ?
            [
                Fit(
                    request,
                    Chat(messages, request.MessagesField, request.Tools, request.Thinks, request.End, model, context),
                    request.MessagesField,
                    context
                ),
            ]
            :
            [
                .. request.Prompts!.Select(
                    (prompt, index) =>
                    {
                        var name = request.Prompts!.Count == 1 ? "prompt" : $"prompt[{index}]";
                        return Fit(request, Plain(prompt, name, request.WithBos, model, context), name, context);
                    }
                ),
            ];
    }

    /// <summary>Decides whether the model is told to think: where it can be, and is asked to.</summary>
    public static bool Thinks(bool? isAsked, LoadedModel model) => isAsked == true && model.Template.CanThink;

    /// <param name="field">Where the messages stand in the request.</param>
    /// <param name="thinks">Whether the request asks for it; null where it says nothing.</param>
    /// <returns>Null where it takes more tokens than <paramref name="limit"/>.</returns>
    /// <exception cref="ApiException">The model's template has no place for the conversation.</exception>
    public static List<int>? Chat(
        IReadOnlyList<ChatMessage> messages,
        string field,
        ToolSet? tools,
        bool? thinks,
        ChatEnd end,
        LoadedModel model,
        int limit
    )
    {
        Check(messages, field, tools, model);
        var chat = model.Template.HasOwnCalls
            ? new Chat(messages, tools?.Declared ?? [], Thinks(thinks, model))
            : new Chat(Conversation.Join(messages, tools));
        try
        {
            return model.Template.Apply(chat, limit, end);
        }
        catch (ChatTemplateException cause)
        {
            throw ApiException.Invalid(field, cause.Message);
        }
    }

    /// <exception cref="ApiException">The model has no such token.</exception>
    public static void CheckToken(string param, int id, LoadedModel model)
    {
        if (id >= model.Tokenizer.Pieces.Count)
        {
            throw ApiException.Invalid(
                param,
                $"'{param}': expected token ids below {model.Tokenizer.Pieces.Count}, found {id}",
                "invalid_value"
            );
        }
    }

    private static void Check(IReadOnlyList<ChatMessage> messages, string field, ToolSet? tools, LoadedModel model)
    {
        if (!model.HasChats)
        {
            throw ApiException.Invalid(
                field,
                "this server lays out no conversations (CHAT_TEMPLATE=none); send a prompt to /v1/completions",
                "no_chat_template"
            );
        }

        if (model.Template.TellsOfTools)
        {
            return;
        }

        if (tools is not null)
        {
            throw ApiException.Invalid(
                "tools",
                "'tools' are not supported with this model, whose template or tokenizer has no place for functions; "
                    + "leave it out",
                "unsupported_parameter"
            );
        }

        if (messages.Any(message => message.Calls.Count > 0 || message.Role == "tool"))
        {
            throw ApiException.Invalid(
                field,
                "calls of functions and what they returned are not supported with this model, whose template or "
                    + "tokenizer has no place for functions; leave these messages out",
                "unsupported_parameter"
            );
        }
    }

    private static IReadOnlyList<int>? Plain(
        PromptInput prompt,
        string name,
        bool withBos,
        LoadedModel model,
        int limit
    )
    {
        if (prompt is not PromptInput.Tokens tokens)
        {
            return model.Template.Plain(((PromptInput.Written)prompt).Text, limit, withBos);
        }

        if (tokens.Ids.Count > limit)
        {
            return null;
        }

        foreach (var id in tokens.Ids)
        {
            CheckToken(name, id, model);
        }

        return tokens.Ids;
    }

    private static IReadOnlyList<int> Fit(
        CompletionRequest request,
        IReadOnlyList<int>? prompt,
        string name,
        int context
    )
    {
        if (prompt is { Count: 0 })
        {
            throw ApiException.Invalid(name, $"'{name}': expected at least one token", "invalid_value");
        }

        var length = prompt?.Count.ToString(CultureInfo.InvariantCulture) ?? "more than that";
        return prompt is not null && (request.MaxTokens ?? 1) <= context - prompt.Count
            ? prompt
            : throw ApiException.Invalid(
                name,
                $"the context holds {context} tokens; the prompt has {length} and {request.MaxTokens ?? 1} are "
                    + "asked for",
                "context_length_exceeded"
            );
    }
}
