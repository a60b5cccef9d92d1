import { PERMISSIONS } from "../services/session";
import { Icon } from "../shared/Icon";
import { chooseTheme, useTheme } from "../shared/theme";
import { useCan, useUser } from "../shared/user";
import { ConnectionStatus } from "./ConnectionStatus";
import { Logo } from "./Logo";
import { useSignOut } from "./session";

interface TopBarProps {
  readonly onWake: () => void;
  readonly onHelp: () => void;
}

export function TopBar({ onWake, onHelp }: TopBarProps) {
  const live = useCan(PERMISSIONS.viewHotspot);
  return (
    <header className="top-bar">
      <h1 className="brand">
        <Logo />
        <span>Emberwatch</span>
      </h1>
      <div className="top-tools">
        {live && <ConnectionStatus onWake={onWake} />}
        <button type="button" className="icon-button wide-only" aria-label="Keyboard help" onClick={onHelp}>
          <Icon name="keyboard" />
        </button>
        <ThemeButton />
        <UserMenu />
      </div>
    </header>
  );
}

function ThemeButton() {
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={`Use the ${other} theme`}
      onClick={() => chooseTheme(other)}
    >
      <Icon name={other === "light" ? "sun" : "moon"} />
    </button>
  );
}

function UserMenu() {
  const { username, groups, isStaff } = useUser();
  const signOut = useSignOut();
  return (
    <details className="popover user">
      <summary aria-label={`Signed in as ${username}`}>
        <span className="avatar" aria-hidden="true">
          {username.slice(0, 1).toUpperCase()}
        </span>
      </summary>
      <div className="popover-body">
        <p>
          <strong>{username}</strong>
          <br />
          <span className="muted">{groups.join(", ") || "no group"}</span>
        </p>
        {isStaff && (
          <a className="menu-item" href="/admin/">
            <Icon name="external" />
            Back office
          </a>
        )}
        <button type="button" className="menu-item" onClick={() => signOut.mutate()}>
          <Icon name="exit" />
          Sign out
        </button>
      </div>
    </details>
  );
}
