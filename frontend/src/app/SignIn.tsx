import { useState, type FormEvent } from "react";
import { Logo } from "./Logo";
import { useSignIn } from "./session";

export function SignIn() {
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <h1>
          <Logo />
          Emberwatch
        </h1>
        <p className="muted">Hotspots, alerts and recommendations, as they happen.</p>
        <SignInForm />
        <p className="sign-in-status" data-testid="connection-status" data-state="signed-out">
          <span className="dot" aria-hidden="true" />
          Signed out
        </p>
      </div>
    </main>
  );
}

function SignInForm() {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const { mutate, isPending, error } = useSignIn();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ username, password });
  };
  return (
    <form data-testid="login-form" onSubmit={submit}>
      <label className="field">
        <span>User name</span>
        <input
          data-testid="username"
          autoComplete="username"
          autoCapitalize="none"
          autoFocus
          required
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
      </label>
      <label className="field">
        <span>Password</span>
        <input
          data-testid="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      {error && <p className="problem" role="alert">{error.message}</p>}
      <button type="submit" className="button primary" data-testid="submit" disabled={isPending}>
        {isPending ? "Signing in…" : "Sign in"}
      </button>
    </form>
  );
}
