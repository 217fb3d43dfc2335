namespace GemmaInference.Text;

/// <summary>
/// Lays conversations out as Gemma 4's template does (that of 31B in the summer of 2026). Who speaks when is free;
/// functions are told in the system's turn, called within the model's, and what they return stands there, too.
/// </summary>
internal sealed class Gemma4Turns(ChatLayout layout)
{
    /// <exception cref="ChatTemplateException">There is no place for a message where it stands.</exception>
    public void Write(PromptWriter prompt, Chat chat, ChatEnd end)
    {
        var system = chat.Messages is [{ Role: "system" or "developer" } first, ..] ? first.Content : null;
        var messages = system is null ? chat.Messages : [.. chat.Messages.Skip(1)];
        Check(messages);
        WriteSystem(prompt, system, chat);
        var lastUser = messages.ToList().FindLastIndex(message => message.Role == "user");
        var isCalling = false;
        string? before = null;
        for (var at = 0; at < messages.Count; at++)
        {
            var message = messages[at];
            if (message.Role == "tool")
            {
                continue;
            }

            var isModel = message.Role == "assistant";
            if (!(isModel && before == "assistant"))
            {
                prompt.Control(TurnTokens.Gemma4.Start).Text(isModel ? "model\n" : "user\n");
            }

            before = message.Role;
            var results = messages.Skip(at + 1).TakeWhile(next => next.Role == "tool").ToList();
            var content = isModel ? WithoutThoughts(message.Content) : message.Content.Trim();
            WriteCalls(prompt, message, at > lastUser, results);
            prompt.Text(content);
            isCalling = message.Calls.Count > 0;
            var isOpen = end == ChatEnd.OpenMessage && at + results.Count == messages.Count - 1;
            if (isCalling && results.Count == 0)
            {
                prompt.Control(TurnTokens.ResultStart);
            }
            else if (!isOpen && (results.Count == 0 || content.Length > 0))
            {
                prompt.Control(TurnTokens.Gemma4.End).Text("\n");
            }
        }

        // After what functions returned the model goes on in the turn that it called them in.
        if (end == ChatEnd.NewTurn && !isCalling)
        {
            Open(prompt, chat.Thinks);
        }
    }

    private void WriteSystem(PromptWriter prompt, string? system, Chat chat)
    {
        if (system is null && chat.Tools.Count == 0 && !chat.Thinks)
        {
            return;
        }

        prompt.Control(TurnTokens.Gemma4.Start).Text("system\n");
        if (chat.Thinks)
        {
            prompt.Control(TurnTokens.Think).Text(layout.BreaksAfterThink ? "\n" : "");
        }

        prompt.Text(system?.Trim() ?? "");
        foreach (var tool in chat.Tools)
        {
            prompt.Control(TurnTokens.ToolStart);
            DeclarationWriter.Write(prompt, tool);
            prompt.Control(TurnTokens.ToolEnd);
        }

        prompt.Control(TurnTokens.Gemma4.End).Text("\n");
    }

    private static void WriteCalls(
        PromptWriter prompt,
        ChatMessage message,
        bool isLatest,
        IReadOnlyList<ChatMessage> results
    )
    {
        if (message.Calls.Count == 0)
        {
            return;
        }

        if (isLatest && !string.IsNullOrEmpty(message.Thought))
        {
            prompt.Control(TurnTokens.ChannelStart).Text($"thought\n{message.Thought}\n");
            prompt.Control(TurnTokens.ChannelEnd);
        }

        foreach (var call in message.Calls)
        {
            prompt.Control(TurnTokens.CallStart).Text($"call:{call.Name}{{");
            ArgumentWriter.Members(prompt, call.Arguments, quotesNames: false);
            prompt.Text("}").Control(TurnTokens.CallEnd);
        }

        foreach (var result in results)
        {
            prompt.Control(TurnTokens.ResultStart).Text($"response:{result.ResultOf}{{value:");
            ArgumentWriter.Quoted(prompt, result.Content);
            prompt.Text("}").Control(TurnTokens.ResultEnd);
        }
    }

    private void Open(PromptWriter prompt, bool thinks)
    {
        prompt.Control(TurnTokens.Gemma4.Start).Text("model\n");
        if (layout.HasEmptyThought && !thinks)
        {
            prompt.Control(TurnTokens.ChannelStart).Text("thought\n").Control(TurnTokens.ChannelEnd);
        }
    }

    private static void Check(IReadOnlyList<ChatMessage> messages)
    {
        if (messages.Count == 0)
        {
            throw new ChatTemplateException("at least one user message is needed");
        }

        var calling = false;
        foreach (var message in messages)
        {
            if (message.Role is not ("user" or "assistant" or "tool"))
            {
                throw new ChatTemplateException(
                    $"a message of the role {message.Role} can only be the first; expected user or assistant"
                );
            }

            if (message.Role == "tool" && !calling)
            {
                throw new ChatTemplateException(
                    "what a function returned must come right after the message that called it"
                );
            }

            calling = message.Role == "tool" ? calling : message.Calls.Count > 0;
        }
    }

    /// <summary>Leaves out each stretch from a channel's beginning to its end, as the template does.</summary>
    private static string WithoutThoughts(string text) =>
        string.Concat(
                text.Split(TurnTokens.ChannelEnd)
                    .Select(part => part.Split(TurnTokens.ChannelStart, 2, StringSplitOptions.None)[0])
            )
            .Trim();
}
